import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { FakeServer } from "./fake_server.ts";
import { type TakenUpload, takePut, writeLocal, xxh128 } from "./file_scripts.ts";

Deno.test("upload() continues from the offset that the server states", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(1_000_000);
  const local = await writeLocal(folder, file);
  let taken: TakenUpload | undefined;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    taken = await takePut(peer, { prefix: file.subarray(0, 700_001) });
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const result = await client.upload(local, "a.bin");
  assert.equal(result.resumedFromBytes, 700_001);
  assert.equal(taken?.frames.reduce((sum, bytes) => sum + bytes, 0), 299_999);
  assert.deepEqual(taken?.bytes, file);
});

Deno.test("upload() starts afresh when the server has other bytes", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(1_000_000);
  const local = await writeLocal(folder, file);
  let taken: TakenUpload | undefined;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    await peer.send(FrameType.READY, put.id, {
      session: "old",
      offsetBytes: 1000,
      prefixDigest: await xxh128(randomBytes(1000, 7)),
      windowBytes: 1_000_000,
      chunkBytes: 262_144,
    });
    const abort = await peer.expect(FrameType.ABORT);
    assert.deepEqual(abort.json, { keep: false });
    await peer.sendError(put.id, "cancelled");
    taken = await takePut(peer);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const result = await client.upload(local, "a.bin");
  assert.equal(result.resumedFromBytes, 0);
  assert.equal(taken?.put.json.resume, false);
  assert.equal(taken?.put.json.session, undefined);
  assert.deepEqual(taken?.bytes, file);
});

Deno.test("upload() reconnects and continues its session when the connection is lost", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(2_000_000);
  const local = await writeLocal(folder, file);
  const puts: unknown[] = [];
  let last: TakenUpload | undefined;
  await using server = new FakeServer(
    async (peer) => {
      await peer.hello();
      const { put } = await takePut(peer, {
        session: "mine",
        windowBytes: 524_288,
        cutAtBytes: 524_288,
      });
      puts.push(put.json.session);
    },
    async (peer) => {
      await peer.hello();
      last = await takePut(peer, { session: "mine", prefix: file.subarray(0, 524_288) });
      puts.push(last.put.json.session);
      await peer.untilClosed();
    },
  );
  const states: string[] = [];
  await using client = new SluiceClient({ server: server.address, retry: { firstWaitMs: 1 } });
  const result = await client.upload(local, "a.bin", {
    onProgress: ({ state }) => states.at(-1) === state || states.push(state),
  });
  assert.deepEqual(puts, [undefined, "mine"]);
  assert.deepEqual(last?.bytes, file);
  assert.equal(result.resumedFromBytes, 0);
  assert.ok(states.includes("retrying"), states.join());
  assert.equal(states.at(-1), "finishing");
});

Deno.test("upload() begins a new session when its own was forgotten", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(1_000_000);
  const local = await writeLocal(folder, file);
  let last: TakenUpload | undefined;
  await using server = new FakeServer(
    async (peer) => {
      await peer.hello();
      await takePut(peer, { windowBytes: 200_000, cutAtBytes: 1 });
    },
    async (peer) => {
      await peer.hello();
      const put = await peer.expect(FrameType.PUT);
      await peer.sendError(put.id, "session_not_found");
      last = await takePut(peer);
      await peer.untilClosed();
    },
  );
  await using client = new SluiceClient({ server: server.address, retry: { firstWaitMs: 1 } });
  await client.upload(local, "a.bin");
  assert.equal(last?.put.json.session, undefined);
  assert.equal(last?.put.json.resume, true);
  assert.deepEqual(last?.bytes, file);
});

Deno.test("upload() finds its file published when the connection was lost behind COMMIT", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(300_000);
  const local = await writeLocal(folder, file);
  await using server = new FakeServer(
    async (peer) => {
      await peer.hello();
      const put = await peer.expect(FrameType.PUT);
      const ready = { session: "s", offsetBytes: 0, windowBytes: 1e6, chunkBytes: 1e6 };
      await peer.send(FrameType.READY, put.id, ready);
      while ((await peer.next()).type !== FrameType.COMMIT);
    },
    async (peer) => {
      await peer.hello();
      const stat = await peer.expect(FrameType.STAT);
      await peer.send(FrameType.RESULT, stat.id, {
        path: "a.bin",
        kind: "file",
        sizeBytes: file.byteLength,
        modifiedAtMs: 0,
        version: "v",
        digests: [await xxh128(file)],
      });
      await peer.untilClosed();
    },
  );
  await using client = new SluiceClient({ server: server.address, retry: { firstWaitMs: 1 } });
  assert.equal((await client.upload(local, "a.bin")).outcome, "created");
});

Deno.test("upload() tries once more from the start when the commit does not match", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(300_000);
  const local = await writeLocal(folder, file);
  let tries = 0;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    for (;;) {
      const frame = await peer.next();
      if (frame.type === FrameType.PUT) {
        const ready = { session: "s", offsetBytes: 0, windowBytes: 1e6, chunkBytes: 1e6 };
        await peer.send(FrameType.READY, frame.id, ready);
      } else if (frame.type === FrameType.COMMIT) {
        tries++;
        await peer.sendError(frame.id, "checksum_mismatch");
      }
    }
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.upload(local, "a"), { code: "checksum_mismatch" });
  assert.equal(tries, 2);
});

Deno.test("upload() gives up a file that changes while it is read", async () => {
  await using folder = await makeTempFolder();
  const local = await writeLocal(folder, randomBytes(400_000));
  let abort: unknown;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    await Deno.writeFile(local, randomBytes(10), { append: true });
    const ready = { session: "s", offsetBytes: 0, windowBytes: 1e6, chunkBytes: 1e6 };
    await peer.send(FrameType.READY, put.id, ready);
    await peer.expect(FrameType.DATA);
    abort = (await peer.expect(FrameType.ABORT)).json;
    await peer.sendError(put.id, "cancelled");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.upload(local, "a"), {
    code: "file_changed",
    message: `Cannot upload "${local}": it changed while it was being read`,
  });
  assert.deepEqual(abort, { keep: false });
});

Deno.test("upload() gives up a file that shrinks while it is read", async () => {
  await using folder = await makeTempFolder();
  const local = await writeLocal(folder, randomBytes(400_000));
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    await Deno.truncate(local, 100);
    const ready = { session: "s", offsetBytes: 0, windowBytes: 1e6, chunkBytes: 1e6 };
    await peer.send(FrameType.READY, put.id, ready);
    await peer.expect(FrameType.ABORT);
    await peer.sendError(put.id, "cancelled");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.upload(local, "a"), { code: "file_changed" });
});
