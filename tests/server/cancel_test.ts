import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer } from "./test_server.ts";

const SLOW = { ratePerConnection: 100_000 };

Deno.test("CANCEL ends a download that is under way, and the connection goes on", async () => {
  await using place = await startTestServer({ throttle: SLOW });
  await Deno.writeFile(place.root.join("large"), new Uint8Array(10_000_000));
  await Deno.writeFile(place.root.join("small"), Uint8Array.of(1));
  using peer = await RawPeer.greet(place);
  const id = await peer.begin(FrameType.GET, { path: "large" });
  await peer.expectFrame(FrameType.READY, id);
  await peer.expectFrame(FrameType.DATA, id);
  await peer.sendFrame(FrameType.CANCEL, id);
  assertError(await peer.lastFrame(id), "cancelled");
  assert.deepEqual(await downloadRaw(peer, "small"), Uint8Array.of(1));
});

Deno.test("CANCEL ends an upload that is under way and keeps its session", async () => {
  await using place = await startTestServer({ throttle: SLOW });
  using peer = await RawPeer.greet(place);
  const request = { path: "a", sizeBytes: 20 };
  const { requestId, json } = await beginUpload(peer, request);
  await peer.sendData(requestId, randomBytes(10));
  // A throttled upload is told of each chunk that is on the disk.
  await peer.expectFrame(FrameType.ACK, requestId);
  await peer.sendFrame(FrameType.CANCEL, requestId);
  assertError(await peer.lastFrame(requestId), "cancelled");
  const again = await beginUpload(peer, { ...request, resume: true });
  assert.equal(again.json?.session, json?.session);
});

Deno.test("CANCEL of a request behind the one under way keeps it from beginning", async () => {
  await using place = await startTestServer({ throttle: SLOW });
  await Deno.writeFile(place.root.join("file"), new Uint8Array(20_000));
  using peer = await RawPeer.greet(place);
  const first = await peer.begin(FrameType.GET, { path: "file" });
  const second = await peer.begin(FrameType.MKDIR, { path: "second" });
  const third = await peer.begin(FrameType.MKDIR, { path: "third" });
  await peer.sendFrame(FrameType.CANCEL, second);
  assert.equal((await peer.lastFrame(first)).type, FrameType.RESULT);
  assertError(await peer.lastFrame(second), "cancelled");
  assert.equal((await peer.lastFrame(third)).type, FrameType.RESULT);
  await peer.refused("not_found", FrameType.STAT, { path: "second" });
});

Deno.test("CANCEL of an id that is not under way changes nothing, also for a later request of that id", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await peer.sendFrame(FrameType.CANCEL, 1);
  await peer.sendFrame(FrameType.CANCEL, 1);
  assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  await peer.sendFrame(FrameType.CANCEL, 1);
  await peer.sendFrame(FrameType.STAT, 1, { path: "" });
  assert.equal((await peer.lastFrame(1)).type, FrameType.RESULT);
});

Deno.test("a client that asks for PONGs and STATUS and reads none is no longer read, not buffered", async () => {
  await using place = await startTestServer({ throttle: SLOW });
  await Deno.writeFile(place.root.join("file"), new Uint8Array(1_000_000));
  using peer = await RawPeer.greet(place);
  await peer.begin(FrameType.GET, { path: "file" });
  const flood = new Uint8Array(16 * 4096);
  const view = new DataView(flood.buffer);
  for (let i = 0; i < 4096; i++) {
    view.setUint8(i * 16 + 4, FrameType.STATUS);
    view.setUint32(i * 16 + 8, i + 2);
  }
  let sentRounds = 0;
  const flooding = (async () => {
    for (; sentRounds < 1_000; sentRounds++) await peer.send(flood);
  })().catch(() => {
    // Closed below, in the middle of it.
  });
  let before = -1;
  // It stands still when the server has stopped reading.
  while (before !== sentRounds) {
    before = sentRounds;
    await uploadElsewhere(place);
  }
  peer.close();
  await flooding;
  assert.ok(sentRounds < 200, `${sentRounds} rounds`);
});

/** Some hundred milliseconds of another connection's work: it is served on meanwhile. */
async function uploadElsewhere(
  place: { readonly hostname: string; readonly port: number },
): Promise<void> {
  using other = await RawPeer.greet(place);
  const bytes = randomBytes(30_000);
  const reply = await uploadRaw(other, "other", bytes, { onConflict: "overwrite" });
  assert.equal(reply.type, FrameType.RESULT);
}
