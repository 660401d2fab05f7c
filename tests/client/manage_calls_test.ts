import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { type FakePeer, FakeServer, type Script } from "./fake_server.ts";
import { namesIn, xxh128 } from "./file_scripts.ts";

const BYTES = new TextEncoder().encode("some bytes of an archive");

Deno.test("find() streams entries, and tells when the limit ended it", async () => {
  await using world = connect(async (peer) => {
    const find = await peer.expect(FrameType.FIND);
    assert.deepEqual(find.json, { path: "d", pattern: "*.txt", limit: 3 });
    await sendEntries(peer, find.id, ["d/a.txt", "d/b.txt"]);
    await sendEntries(peer, find.id, ["d/sub/c.txt"]);
    await peer.send(FrameType.RESULT, find.id, { found: 3, isCut: true });
  });
  let isCut = false;
  const options = { pattern: "*.txt", limit: 3, onCut: (): void => void (isCut = true) };
  const found = await Array.fromAsync(world.client.find("d", options), ({ path }) => path);
  assert.deepEqual([found, isCut], [["d/a.txt", "d/b.txt", "d/sub/c.txt"], true]);
});

Deno.test("find() ends when the server finds more than was asked for", async () => {
  await using world = connect(async (peer) => {
    const find = await peer.expect(FrameType.FIND);
    for (;;) await sendEntries(peer, find.id, ["a", "b"]);
  });
  const found: string[] = [];
  const all = async (): Promise<void> => {
    for await (const { path } of world.client.find("", { limit: 3 })) found.push(path);
  };
  await assert.rejects(all(), { code: "protocol_error" });
  assert.equal(found.length, 2);
});

Deno.test("find() sends CANCEL when the loop is left, and the connection serves the next call", async () => {
  await using world = connect(async (peer) => {
    const find = await peer.expect(FrameType.FIND);
    await sendEntries(peer, find.id, ["a", "b"]);
    const cancel = await peer.expect(FrameType.CANCEL);
    assert.equal(cancel.id, find.id);
    await sendEntries(peer, find.id, ["c"]);
    await peer.sendError(find.id, "cancelled");
    const checksum = await peer.expect(FrameType.CHECKSUM);
    const result = { digest: "sha256:00112233", sizeBytes: 1, isCached: true };
    await peer.send(FrameType.RESULT, checksum.id, result);
  });
  for await (const entry of world.client.find("")) {
    assert.equal(entry.path, "a");
    break;
  }
  assert.equal((await world.client.checksum("a")).isCached, true);
  assert.equal(world.server.connections, 1);
});

for (const path of ["../x", "/x", "other/x", "d", "", "d/../x", "d//x", "dx", ".sluice/x"]) {
  Deno.test(`find() refuses the path "${path}" from a server`, async () => {
    await using world = connect(async (peer) => {
      const find = await peer.expect(FrameType.FIND);
      await sendEntries(peer, find.id, ["d/good", path]);
      await peer.untilClosed();
    });
    await assert.rejects(Array.fromAsync(world.client.find("d")), { code: "protocol_error" });
  });
}

Deno.test("checksum() reports progress and refuses what is no checksum", async () => {
  await using world = connect(async (peer) => {
    for (const digest of ["crc32:0a0b0c0d", "sha256:0011", "evil\x1b[2J"]) {
      const { id, json } = await peer.expect(FrameType.CHECKSUM);
      assert.equal(json.algorithm, "crc32");
      await peer.send(FrameType.PROGRESS, id, { phase: "hashing", doneBytes: 1, totalBytes: 2 });
      await peer.send(FrameType.RESULT, id, { digest, sizeBytes: 2, isCached: false });
    }
  });
  const told: number[][] = [];
  const onProgress = (...figures: number[]): void => void told.push(figures);
  const options = { algorithm: "crc32", onProgress } as const;
  assert.equal((await world.client.checksum("a", options)).digest, "crc32:0a0b0c0d");
  assert.deepEqual(told, [[1, 2]]);
  for (let time = 0; time < 2; time++) {
    await assert.rejects(world.client.checksum("a", options), { code: "protocol_error" });
  }
});

Deno.test("history() reads page by page, up to its limit, and refuses pages out of order", async () => {
  await using world = connect(async (peer) => {
    for (const ids of [[9, 8], [7, 6], [9, 8], [8]]) {
      const { id } = await peer.expect(FrameType.HISTORY);
      await peer.send(FrameType.RESULT, id, { records: ids.map(record), hasMore: true });
    }
  });
  const ids = await Array.fromAsync(world.client.history({ limit: 3 }), ({ id }) => id);
  assert.deepEqual(ids, [9, 8, 7]);
  await assert.rejects(Array.fromAsync(world.client.history()), { code: "protocol_error" });
});

Deno.test("trash(), restore() and emptyTrash() say what they were asked", async () => {
  const entry = { id: "t2", path: "a", kind: "file", sizeBytes: 1, deletedAtMs: 5 };
  await using world = connect(async (peer) => {
    const first = await peer.expect(FrameType.TRASH);
    await peer.send(FrameType.RESULT, first.id, { entries: [entry], hasMore: true });
    const second = await peer.expect(FrameType.TRASH);
    assert.equal(second.json.after, "t2");
    const entries = [{ ...entry, id: "t1" }];
    await peer.send(FrameType.RESULT, second.id, { entries, hasMore: false });
    const restore = await peer.expect(FrameType.RESTORE);
    assert.deepEqual(restore.json, { id: "t1", path: "b", onConflict: "rename" });
    await peer.send(FrameType.RESULT, restore.id, { outcome: "created", path: "b (1)" });
    for (const count of [500, 1]) {
      const empty = await peer.expect(FrameType.EMPTY_TRASH);
      assert.equal(empty.json.ids.length, count);
      await peer.send(FrameType.RESULT, empty.id, { removed: count });
    }
  });
  const ids = await Array.fromAsync(world.client.trash(), ({ id }) => id);
  assert.deepEqual(ids, ["t2", "t1"]);
  const restored = await world.client.restore("t1", { path: "b", onConflict: "rename" });
  assert.deepEqual(restored, { outcome: "created", path: "b (1)" });
  const many = Array.from({ length: 501 }, (_, index) => `t${index}`);
  assert.equal(await world.client.emptyTrash(many), 501);
});

Deno.test("preview() brings the beginning of a file, and checks it", async () => {
  await using world = connect(async (peer) => {
    for (const crc of [undefined, 1]) {
      const stat = await peer.expect(FrameType.STAT);
      const known = { path: "a", kind: "file", modifiedAtMs: 0, version: "1", digests: [] };
      await peer.send(FrameType.RESULT, stat.id, { ...known, sizeBytes: 1000 });
      const get = await peer.expect(FrameType.GET);
      assert.deepEqual(get.json, { path: "a", lengthBytes: 4, digest: "none" });
      const ready = { sizeBytes: 1000, modifiedAtMs: 0, version: "1", offsetBytes: 0 };
      await peer.send(FrameType.READY, get.id, { ...ready, lengthBytes: 4 });
      await peer.sendData(get.id, BYTES.subarray(0, 4), crc);
      await peer.send(FrameType.RESULT, get.id, {});
    }
  });
  const { bytes, sizeBytes } = await world.client.preview("a", 4);
  assert.deepEqual([new TextDecoder().decode(bytes), sizeBytes], ["some", 1000]);
  await assert.rejects(world.client.preview("a", 4), { code: "checksum_mismatch" });
  await assert.rejects(world.client.preview("a", 2 ** 30), RangeError);
});

Deno.test("archive() publishes what is whole and verified, and leaves nothing else", async () => {
  await using folder = await makeTempFolder();
  await using world = connect(async (peer) => {
    for (const digest of [await xxh128(BYTES), "xxh128:00"]) {
      const { id, json } = await peer.expect(FrameType.ARCHIVE);
      assert.deepEqual(json, { path: "d", format: "tar" });
      await peer.send(FrameType.READY, id, {});
      await peer.sendData(id, BYTES);
      await peer.send(FrameType.RESULT, id, { digest });
    }
  });
  const { digest, sizeBytes } = await world.client.archive("d", folder.join("d.tar"), {
    format: "tar",
  });
  assert.deepEqual([digest, sizeBytes], [await xxh128(BYTES), BYTES.byteLength]);
  assert.deepEqual(Deno.readFileSync(folder.join("d.tar")), BYTES);
  const damaged = world.client.archive("d", folder.join("e.tar"), { format: "tar" });
  await assert.rejects(damaged, { code: "checksum_mismatch" });
  assert.deepEqual(namesIn(folder.path), ["d.tar"]);
});

interface World extends AsyncDisposable {
  readonly client: SluiceClient;
  readonly server: FakeServer;
}

/** A client of a server that plays a script behind the hello. */
function connect(script: Script): World {
  const server = new FakeServer(async (peer) => {
    await peer.hello();
    await script(peer);
    await peer.untilClosed();
  });
  const client = new SluiceClient({ server: server.address, retry: { attempts: 1 } });
  return {
    client,
    server,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function sendEntries(peer: FakePeer, id: number, paths: readonly string[]): Promise<void> {
  const entries = paths.map((path) => ({ path, kind: "file", sizeBytes: 1, modifiedAtMs: 0 }));
  await peer.send(FrameType.ENTRIES, id, { entries });
}

function record(id: number): Record<string, unknown> {
  const what = { operation: "delete", path: "a", bytes: 0, seconds: 0, outcome: "done" };
  return { id, atMs: 0, peer: "127.0.0.1:1", ...what };
}
