import assert from "node:assert/strict";
import { encodeFrame, FrameType } from "#protocol/frame.ts";
import { residentBytes } from "#tests/support/process_memory.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import { makeToken } from "#tests/support/make_token.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const EMPTY = new Uint8Array(0);
/** A write that waits this long found the server not reading. */
const STALL_MS = 2_000;
/** Far more than the socket buffers of both sides hold; its answers are 20 times as many bytes. */
const FLOOD_BYTES = 16_000_000;
/** What a server may need for one client, answers included. */
const MOST_BYTES = 100_000_000;

Deno.test("answers do not pile up in memory for a client that never reads them", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  using peer = await RawPeer.greet(server);
  const before = await residentBytes(server.pid);
  await sendUntilStalled(peer, FrameType.STATUS);
  assert.ok(await residentBytes(server.pid) - before < MOST_BYTES);
});

Deno.test("answers do not pile up in memory for such a client that uploads, either", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  using peer = await RawPeer.greet(server);
  const ready = await beginUpload(peer, { path: "a", sizeBytes: 5 });
  assert.equal(ready.type, FrameType.READY);
  const before = await residentBytes(server.pid);
  await sendUntilStalled(peer, FrameType.STATUS);
  assert.ok(await residentBytes(server.pid) - before < MOST_BYTES);
});

Deno.test("a client that never reads a download keeps nobody else waiting", async () => {
  await using folder = await makeTempFolder();
  await Deno.create(folder.join("sparse")).then(async (file) => {
    await file.truncate(1_000_000_000);
    file.close();
  });
  await using server = await startServerProcess({ root: folder.path });
  const lazy = await Promise.all(Array.from({ length: 8 }, () => RawPeer.greet(server)));
  try {
    for (const peer of lazy) {
      const requestId = await peer.begin(FrameType.GET, { path: "sparse", digest: "none" });
      await peer.expectFrame(FrameType.READY, requestId);
    }
    using peer = await RawPeer.greet(server);
    const { json } = await peer.request(FrameType.STAT, { path: "sparse" });
    assert.equal(json?.sizeBytes, 1_000_000_000);
  } finally {
    for (const peer of lazy) peer.close();
  }
});

Deno.test("a flood of requests that the role refuses is answered slowly, in few lines of the log", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path, flags: ["--require-token"] });
  const token = await makeToken(folder.path, "ann", "--role", "reader");
  using peer = await RawPeer.greet(server, token);
  const count = 2_500;
  const one = encodeFrame(FrameType.EMPTY_TRASH, 900, EMPTY);
  // All of it fits into the buffers of the sockets, so it does not wait for answers.
  await peer.send(concatBytes(Array.from({ length: count }, () => one)));
  for (let answers = 0; answers < count; answers++) {
    assertError(await peer.lastFrame(900), "permission_denied");
  }
  const next = await peer.request(FrameType.LIST, { path: "" });
  assert.equal(next.type, FrameType.RESULT);
  peer.close();
  await server.waitForLog((line) => line.includes("closed:"));
  const log = server.stderr.lines;
  const alone = log.filter((line) => line.includes("failed: permission_denied")).length;
  const counted = log.map((line) =>
    Number(/(\d+) more requests were refused/.exec(line)?.[1] ?? 0)
  );
  assert.equal(alone + counted.reduce((sum, more) => sum + more, 0), count);
  assert.ok(alone < count / 4, `${alone} lines`);
  // What comes behind it is not read before time has passed.
  const leasedAt = log.findIndex((line) => line.includes("leased"));
  assert.ok(counted.slice(0, leasedAt).some((more) => more > 0));
});

/** Sends one frame over and over until the server takes no more. */
async function sendUntilStalled(peer: RawPeer, type: FrameType): Promise<void> {
  const many = concatBytes(Array.from({ length: 4096 }, () => encodeFrame(type, 900, EMPTY)));
  try {
    for (let sent = 0; sent < FLOOD_BYTES; sent += many.byteLength) {
      await peer.send(many, STALL_MS);
    }
  } catch {
    // It takes no more, as it should.
  }
}
