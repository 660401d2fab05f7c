import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import type { Conflict, TransferProgress } from "#client/types.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { FakeServer } from "./fake_server.ts";
import { answerGet, namesIn, serveFile, serveGet, xxh128 } from "./file_scripts.ts";

Deno.test("download() writes the file with its time and leaves nothing else", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(3_000_001);
  const target = folder.join("sub", "deeper", "a.bin");
  await using server = new FakeServer(serveFile(file, { chunkBytes: 100_000 }));
  await using client = new SluiceClient({ server: server.address });
  const result = await client.download("docs/a.bin", target);
  assert.deepEqual({ ...result, seconds: 0 }, {
    direction: "download",
    outcome: "created",
    remotePath: "docs/a.bin",
    localPath: target,
    sizeBytes: file.byteLength,
    digest: await xxh128(file),
    seconds: 0,
    resumedFromBytes: 0,
    wireBytes: file.byteLength,
  });
  assert.deepEqual(await Deno.readFile(target), file);
  assert.deepEqual(namesIn(folder.join("sub", "deeper")), ["a.bin"]);
  const { mtime } = await Deno.stat(target);
  assert.equal(mtime?.getTime(), 1_600_000_000_000);
});

Deno.test("download() joins small chunks and takes the largest ones", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(2_500_000);
  await using server = new FakeServer(
    async (peer) => {
      await peer.hello();
      await serveGet(peer, file, { chunkBytes: 777 });
      await serveGet(peer, file, { chunkBytes: 1024 * 1024 });
    },
  );
  await using client = new SluiceClient({ server: server.address });
  await client.download("a", folder.join("small"));
  await client.download("a", folder.join("large"));
  assert.deepEqual(await Deno.readFile(folder.join("small")), file);
  assert.deepEqual(await Deno.readFile(folder.join("large")), file);
  assert.equal(server.connections, 1);
});

Deno.test("download() of an empty file makes an empty file", async () => {
  await using folder = await makeTempFolder();
  await using server = new FakeServer(serveFile(new Uint8Array(0)));
  await using client = new SluiceClient({ server: server.address });
  await client.download("empty", folder.join("empty"));
  assert.deepEqual(await Deno.readFile(folder.join("empty")), new Uint8Array(0));
  assert.deepEqual(namesIn(folder.path), ["empty"]);
});

Deno.test("download() fails with already_exists before a byte moves, and leaves the file", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeTextFile(folder.join("a"), "old");
  await using client = new SluiceClient({ server: { hostname: "127.0.0.1", port: 1 } });
  await assert.rejects(client.download("a", folder.join("a")), { code: "already_exists" });
  const skipped = await client.download("a", folder.join("a"), { onConflict: "skip" });
  assert.equal(skipped.outcome, "skipped");
  assert.equal(await Deno.readTextFile(folder.join("a")), "old");
  assert.deepEqual(namesIn(folder.path), ["a"]);
});

Deno.test("download() replaces, renames or asks, as the policy says", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(5000);
  const target = folder.join("a.txt");
  await Deno.writeTextFile(target, "old");
  await using server = new FakeServer(serveFile(file));
  await using client = new SluiceClient({ server: server.address });
  const renamed = await client.download("a", target, { onConflict: "rename" });
  assert.equal(renamed.localPath, folder.join("a (1).txt"));
  const asked: Conflict[] = [];
  const replaced = await client.download("a", target, {
    onConflict: (conflict) => {
      asked.push(conflict);
      return Promise.resolve("overwrite");
    },
  });
  assert.deepEqual(asked, [{ direction: "download", name: target, source: "a" }]);
  assert.equal(replaced.outcome, "replaced");
  assert.deepEqual(await Deno.readFile(target), file);
  assert.deepEqual(namesIn(folder.path), ["a (1).txt", "a.txt"]);
});

Deno.test("download() sees a name that is taken while bytes move", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(5000);
  const target = folder.join("a");
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    for (;;) {
      const get = await peer.expect(FrameType.GET);
      await Deno.writeTextFile(target, "quicker");
      await answerGet(peer, get, file);
    }
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.download("a", target), { code: "already_exists" });
  assert.equal(await Deno.readTextFile(target), "quicker");
  assert.deepEqual(namesIn(folder.path), ["a", "a.part", "a.part.json"]);
});

Deno.test("download() refuses a folder as its target and the root as its source", async () => {
  await using folder = await makeTempFolder();
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const get = await peer.expect(FrameType.GET);
    await peer.sendError(get.id, "is_a_folder");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.download("a", folder.path), { code: "is_a_folder" });
  await assert.rejects(client.download("", folder.join("a")), { code: "is_a_folder" });
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("download() discards bytes with a wrong digest and tries once more", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(20_000);
  const lie = await xxh128(randomBytes(1));
  let gets = 0;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    for (;;) {
      const get = await serveGet(peer, file, { digest: lie });
      assert.equal(get.json.offsetBytes, undefined);
      gets++;
    }
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.download("a", folder.join("a")), { code: "checksum_mismatch" });
  assert.equal(gets, 2);
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("download() keeps to its rate limit and reports smooth progress", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(100_000);
  await using server = new FakeServer(serveFile(file, { chunkBytes: 100_000 }));
  await using client = new SluiceClient({ server: server.address });
  const reports: TransferProgress[] = [];
  const { seconds } = await client.download("a", folder.join("a"), {
    limitRate: 200_000,
    onProgress: (progress) => reports.push(progress),
  });
  assert.ok(seconds >= 0.49, `it took only ${seconds} s`);
  // It came in one frame; how many reports there are besides depends on how busy the machine is.
  const between = reports.filter(({ doneBytes }) => doneBytes > 0 && doneBytes < file.byteLength);
  assert.ok(between.length > 0, reports.map(({ doneBytes }) => doneBytes).join());
});

Deno.test("download() takes names up to 255 bytes", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(100);
  const name = `${"é".repeat(125)}.txt`;
  await using server = new FakeServer(serveFile(file));
  await using client = new SluiceClient({ server: server.address });
  await client.download("a", folder.join(name));
  assert.deepEqual(namesIn(folder.path), [name]);
});
