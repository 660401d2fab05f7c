import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of } from "#tests/support/raw_transfer.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const BYTES = randomBytes(100_000);
/** A download of it takes a second. */
const SLOW = ["--rate-per-connection", "100kB/s"];

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} lets transfers finish, ends idle connections with stopping, and exits with 0`, async () => {
    await using folder = await makeTempFolder();
    await Deno.writeFile(folder.join("a.bin"), BYTES);
    await using server = await startServerProcess({ root: folder.path, flags: SLOW });
    using idle = await RawPeer.greet(server);
    using downloader = await RawPeer.greet(server);
    using uploader = await RawPeer.greet(server);
    const upload = await beginUpload(uploader, { path: "b.bin", sizeBytes: BYTES.byteLength });
    const download = downloadRaw(downloader, "a.bin");
    download.catch(() => {
      // Awaited below; should the test fail before, that failure is the one to see.
    });
    await server.waitForLog((line) => line.includes('download "a.bin" started'));
    server.kill(signal);
    await idle.expectRefusal("stopping");
    idle.close();
    await assertRefusesNew(server);
    await sendAll(uploader, upload.requestId);
    assert.deepEqual(await download, BYTES);
    await downloader.expectRefusal("stopping");
    downloader.close();
    assert.equal((await uploader.lastFrame(upload.requestId)).type, FrameType.RESULT);
    uploader.close();
    assert.equal((await endOf(server)).code, 0);
    assert.deepEqual(await Deno.readFile(folder.join("b.bin")), BYTES);
  });
}

Deno.test("a connection that waits for a worker is told stopping, so that it can go elsewhere", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path, flags: ["--workers", "1"] });
  using holder = await RawPeer.greet(server);
  const upload = await beginUpload(holder, { path: "b.bin", sizeBytes: BYTES.byteLength });
  using waiting = await RawPeer.greet(server);
  await waiting.begin(FrameType.STAT, { path: "" });
  assert.equal((await waiting.nextFrame()).type, FrameType.QUEUED);
  server.kill("SIGTERM");
  await waiting.expectRefusal("stopping");
  waiting.close();
  await sendAll(holder, upload.requestId);
  assert.equal((await holder.lastFrame(upload.requestId)).type, FrameType.RESULT);
  assert.equal((await endOf(server)).code, 0);
});

Deno.test("a second signal closes at once, with exit code 0, and what was uploaded can be resumed", async () => {
  await using folder = await makeTempFolder();
  const request = { path: "b.bin", sizeBytes: BYTES.byteLength };
  {
    // No second signal, no end within the time that a test waits.
    const timeouts = { graceMs: 3_600_000 };
    await using server = await startServerProcess({ root: folder.path, flags: SLOW, timeouts });
    using peer = await RawPeer.greet(server);
    const { requestId } = await beginUpload(peer, request);
    await peer.sendData(requestId, BYTES.subarray(0, 10));
    await peer.expectFrame(FrameType.ACK, requestId);
    server.kill("SIGTERM");
    await server.waitForLog((line) => line.includes("stopping"));
    server.kill("SIGTERM");
    assert.equal((await endOf(server)).code, 0);
    await peer.expectEnd();
  }
  await using server = await startServerProcess({ root: folder.path });
  using peer = await RawPeer.greet(server);
  const again = await beginUpload(peer, { ...request, resume: true });
  assert.equal(again.json?.offsetBytes, 10);
});

Deno.test("transfers that do not finish within the grace time are cut off", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path, timeouts: { graceMs: 300 } });
  using peer = await RawPeer.greet(server);
  await beginUpload(peer, { path: "b.bin", sizeBytes: BYTES.byteLength });
  server.kill("SIGTERM");
  assert.equal((await endOf(server)).code, 0);
});

async function assertRefusesNew(server: ServerProcess): Promise<void> {
  await assert.rejects(Deno.connect(server), Deno.errors.ConnectionRefused);
}

async function sendAll(peer: RawPeer, requestId: number): Promise<void> {
  await peer.sendData(requestId, BYTES);
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(BYTES) });
}

function endOf(server: ServerProcess): Promise<Deno.CommandStatus> {
  return withDeadline(server.status, "the server's end");
}
