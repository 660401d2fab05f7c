import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import type { Conflict, TransferProgress } from "#client/types.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { FakeServer } from "./fake_server.ts";
import { answerPut, type TakenUpload, takePut, writeLocal, xxh128 } from "./file_scripts.ts";

Deno.test("upload() sends the whole file with its digest, time and path", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(3_000_001);
  const local = await writeLocal(folder, file);
  const time = new Date("2020-02-02T02:02:02.5Z");
  await Deno.utime(local, time, time);
  let taken: TakenUpload | undefined;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    taken = await takePut(peer);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const result = await client.upload(local, "docs/a.bin");
  assert.deepEqual({ ...result, seconds: 0 }, {
    direction: "upload",
    outcome: "created",
    remotePath: "docs/a.bin",
    localPath: local,
    sizeBytes: file.byteLength,
    digest: await xxh128(file),
    seconds: 0,
    resumedFromBytes: 0,
    wireBytes: file.byteLength,
  });
  assert.deepEqual(taken?.bytes, file);
  assert.deepEqual(taken?.put.json, {
    path: "docs/a.bin",
    sizeBytes: file.byteLength,
    onConflict: "error",
    resume: true,
    algorithm: "xxh128",
    modifiedAtMs: time.getTime(),
    makeParents: true,
  });
});

Deno.test("upload() of a small file sends PUT, DATA and COMMIT before READY", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(5000);
  const local = await writeLocal(folder, file);
  const types: number[] = [];
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const frames = [await peer.next(), await peer.next(), await peer.next()];
    types.push(...frames.map((frame) => frame.type));
    assert.equal(frames[0]?.json.resume, false);
    const id = frames[0]?.id ?? 0;
    const ready = { session: "s", offsetBytes: 0, windowBytes: 262144, chunkBytes: 262144 };
    await peer.send(FrameType.READY, id, ready);
    const result = { outcome: "created", path: "a", sizeBytes: 5000 };
    await peer.send(FrameType.RESULT, id, result);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  assert.equal((await client.upload(local, "a")).digest, await xxh128(file));
  assert.deepEqual(types, [FrameType.PUT, FrameType.DATA, FrameType.COMMIT]);
});

Deno.test("upload() of an empty file commits at once", async () => {
  await using folder = await makeTempFolder();
  const local = await writeLocal(folder, new Uint8Array(0));
  let taken: TakenUpload | undefined;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    taken = await takePut(peer);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  assert.equal((await client.upload(local, "empty")).sizeBytes, 0);
  assert.deepEqual(taken?.frames, []);
});

Deno.test("upload() never has more than the window on its way", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(990_000);
  const local = await writeLocal(folder, file);
  const windowBytes = 100_000;
  let mostAhead = 0;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    const ready = { session: "s", offsetBytes: 0, windowBytes, chunkBytes: 30_000 };
    await peer.send(FrameType.READY, put.id, ready);
    let got = 0;
    let acked = 0;
    while (got < file.byteLength) {
      const data = await peer.expect(FrameType.DATA);
      got += data.payload.byteLength;
      mostAhead = Math.max(mostAhead, got - acked);
      // Answers only when the window is so full that no further frame fits.
      const next = Math.min(30_000, file.byteLength - got);
      if (got - acked + next > windowBytes) {
        acked = got;
        await peer.sendAck(put.id, acked);
      }
    }
    await peer.expect(FrameType.COMMIT);
    const result = { outcome: "created", path: "a.bin", sizeBytes: file.byteLength };
    await peer.send(FrameType.RESULT, put.id, result);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await client.upload(local, "a.bin");
  assert.equal(mostAhead, 90_000);
});

Deno.test("upload() sends chunks of the size that a throttled server asks for", async () => {
  await using folder = await makeTempFolder();
  const local = await writeLocal(folder, randomBytes(25_500));
  let taken: TakenUpload | undefined;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    taken = await takePut(peer, { chunkBytes: 1000, windowBytes: 4000 });
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await client.upload(local, "a.bin");
  assert.deepEqual(taken?.frames, [...Array(25).fill(1000), 500]);
});

Deno.test("upload() asks once what to do when the name is taken", async () => {
  await using folder = await makeTempFolder();
  const local = await writeLocal(folder, randomBytes(100));
  const policies: string[] = [];
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    for (;;) {
      const frame = await peer.next();
      if (frame.type !== FrameType.PUT) continue;
      policies.push(frame.json.onConflict);
      if (policies.length === 1) {
        await peer.sendError(frame.id, "already_exists");
      } else {
        await answerPut(peer, frame);
      }
    }
  });
  const asked: Conflict[] = [];
  await using client = new SluiceClient({ server: server.address });
  await client.upload(local, "dir/a.bin", {
    onConflict: (conflict) => {
      asked.push(conflict);
      return Promise.resolve("rename");
    },
  });
  assert.deepEqual(asked, [{ direction: "upload", name: "dir/a.bin", source: local }]);
  assert.deepEqual(policies, ["error", "rename"]);
});

Deno.test("upload() fails with already_exists when that is the policy", async () => {
  await using folder = await makeTempFolder();
  const local = await writeLocal(folder, randomBytes(100));
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    await peer.sendError(put.id, "already_exists");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.upload(local, "a"), { code: "already_exists" });
});

Deno.test("upload() reports what the server skipped", async () => {
  await using folder = await makeTempFolder();
  const local = await writeLocal(folder, randomBytes(50_000));
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    const result = { outcome: "skipped", path: "a.bin", sizeBytes: 3 };
    await peer.send(FrameType.RESULT, put.id, result);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const result = await client.upload(local, "a.bin", { onConflict: "skip" });
  assert.equal(result.outcome, "skipped");
  assert.equal(result.digest, undefined);
});

Deno.test("upload() refuses what is not a regular file before it connects", async () => {
  await using folder = await makeTempFolder();
  await using client = new SluiceClient({ server: { hostname: "127.0.0.1", port: 1 } });
  await assert.rejects(client.upload(folder.path, "a"), { code: "is_a_folder" });
  await assert.rejects(client.upload(folder.join("none"), "a"), {
    code: "not_found",
    message: `Cannot read "${folder.join("none")}": no such file`,
  });
  await assert.rejects(client.upload(folder.join("none"), "../a"), { code: "invalid_name" });
});

Deno.test({
  name: "upload() refuses a pipe without waiting for its writer",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = await makeTempFolder();
    const pipe = folder.join("pipe");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    await using client = new SluiceClient({ server: { hostname: "127.0.0.1", port: 1 } });
    await assert.rejects(client.upload(pipe, "a"), { code: "not_a_file" });
  },
});

Deno.test("upload() keeps to its rate limit", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(100_000);
  const local = await writeLocal(folder, file);
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    await takePut(peer);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const { seconds } = await client.upload(local, "a.bin", { limitRate: 200_000 });
  assert.ok(seconds >= 0.49, `it took only ${seconds} s`);
});

Deno.test("upload() reports progress that only grows, up to the whole", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(2_000_000);
  const local = await writeLocal(folder, file);
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    await takePut(peer);
    await peer.untilClosed();
  });
  const reports: TransferProgress[] = [];
  await using client = new SluiceClient({ server: server.address });
  await client.upload(local, "a.bin", { onProgress: (progress) => reports.push(progress) });
  assert.ok(reports.every((report) => report.totalBytes === file.byteLength));
  const done = reports.map((report) => report.doneBytes);
  assert.deepEqual(done, [...done].sort((a, b) => a - b));
  const states = reports.map((report) => report.state);
  assert.deepEqual([...new Set(states)], ["waiting", "connecting", "moving", "finishing"]);
});
