import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { encodeControl, encodeFrame, FrameType } from "#protocol/frame.ts";
import { formatRate } from "#protocol/byte_units.ts";
import { ServerControls } from "#server/server_controls.ts";
import { completeSettings } from "#server/server_options.ts";
import { OPEN_ACCESS } from "#server/access/access.ts";
import { serveThrottle } from "#server/throttle_request.ts";
import { ConnectionLog } from "#server/connection_log.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { getLogger } from "@logtape/logtape";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of } from "#tests/support/raw_transfer.ts";
import { done } from "./done.ts";
import { startTestServer, type TestServer } from "./test_server.ts";
import { until } from "./until.ts";

const BYTES = randomBytes(8_000_000);
const SLOW = 20_000;
const { GET, THROTTLE, DATA, RESULT, STATUS, COMMIT } = FrameType;

for (const limit of ["rate", "ratePerConnection"] as const) {
  Deno.test(`a running download slows down and speeds up with ${limit}`, async () => {
    await using place = await serving({ [limit]: 2_000_000 });
    using admin = await RawPeer.greet(place);
    using peer = await RawPeer.greet(place);
    const id = await peer.begin(GET, { path: "a" });
    await readSome(peer, 500_000);
    assert.equal((await done(admin, THROTTLE, { [limit]: SLOW }))[limit], SLOW);
    // What was on its way, and a chunk that was measured for the old rate.
    while (await readOne(peer) > SLOW);
    const bytes = await readFor(peer, 2_000);
    assert.ok(bytes < 10 * SLOW, `${formatRate(bytes / 2)} after it was slowed down`);
    await done(admin, THROTTLE, { [limit]: 0 });
    // At the slow rate the rest would take over five minutes.
    const end = await peer.lastFrame(id);
    assert.equal(end.type, RESULT);
  });

  Deno.test(`a running upload slows down and speeds up with ${limit}`, async () => {
    await using place = await serving({ [limit]: SLOW });
    using admin = await RawPeer.greet(place);
    using peer = await RawPeer.greet(place);
    const bytes = BYTES.subarray(0, 1_000_000);
    const ready = await beginUpload(peer, { path: "up", sizeBytes: bytes.byteLength });
    const sending = sendAll(peer, ready.requestId, bytes);
    await done(admin, THROTTLE, { [limit]: 0 });
    await sending;
    await peer.sendFrame(COMMIT, ready.requestId, { digest: sha256Of(bytes) });
    assert.equal((await peer.lastFrame(ready.requestId)).json?.outcome, "created");
  });
}

Deno.test("the frames of a compressed download that is slowed down become smaller, too", async () => {
  await using place = await serving({ ratePerConnection: 2_000_000 });
  using admin = await RawPeer.greet(place);
  using peer = await RawPeer.greet(place);
  const id = await peer.begin(GET, { path: "a", compress: "on", lengthBytes: 2_000_000 });
  await readSome(peer, 200_000);
  await done(admin, THROTTLE, { ratePerConnection: SLOW });
  // What was on its way, and a chunk that was measured for the old rate.
  while (await readOne(peer) > SLOW);
  const { type, payload } = await peer.nextFrame();
  assert.equal(type, DATA, "far from the end");
  assert.ok(payload.byteLength <= SLOW, `${payload.byteLength}`);
  await done(admin, THROTTLE, { ratePerConnection: 0 });
  assert.equal((await peer.lastFrame(id)).type, RESULT);
});

Deno.test("THROTTLE between the pieces of an upload is answered, and the upload goes on", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const bytes = BYTES.subarray(0, 1000);
  const { requestId } = await beginUpload(peer, { path: "up", sizeBytes: bytes.byteLength });
  await peer.send(concatBytes([
    encodeFrame(DATA, requestId, bytes, crc32(bytes)),
    encodeControl(THROTTLE, 99, { rate: 5_000_000 }),
    encodeControl(COMMIT, requestId, { digest: sha256Of(bytes) }),
  ]));
  assert.equal((await peer.lastFrame(99)).json?.rate, 5_000_000);
  assert.equal((await peer.lastFrame(requestId)).json?.outcome, "created");
});

Deno.test("many who wait for their turn at a low rate all go on when it is lifted", async () => {
  await using place = await serving({ rate: 1_000 });
  using admin = await RawPeer.greet(place);
  const peers = await Promise.all(Array.from({ length: 6 }, () => RawPeer.greet(place)));
  const downloads = await Promise.all(
    peers.map(async (peer) => [peer, await peer.begin(GET, { path: "a" })] as const),
  );
  await until(async () => (await done(admin, STATUS)).transfers === 6, "all at work");
  await done(admin, THROTTLE, { rate: 0 });
  const ends = await Promise.all(downloads.map(([peer, id]) => peer.lastFrame(id)));
  assert.deepEqual(ends.map(({ type }) => type), peers.map(() => RESULT));
  for (const peer of peers) peer.close();
});

Deno.test("THROTTLE shows the limits, keeps what is left out, and is seen by STATUS and WATCH", async () => {
  await using place = await serving({ rate: 5_000 });
  using peer = await RawPeer.greet(place);
  const first = await done(peer, THROTTLE);
  assert.deepEqual(first, (await done(peer, STATUS)).throttle);
  await done(peer, THROTTLE, { ratePerConnection: 3_000 });
  const { throttle } = await done(peer, STATUS);
  assert.deepEqual([throttle.rate, throttle.ratePerConnection], [5_000, 3_000]);
  const watch = await peer.begin(FrameType.WATCH, { intervalMs: 100 });
  const shown = await peer.expectFrame(FrameType.SNAPSHOT, watch);
  assert.deepEqual(shown.json?.throttle, throttle);
  for (const rate of [-1, 1.5, 1e13, "fast"]) {
    await peer.refused("invalid_request", THROTTLE, { rate });
  }
});

Deno.test("nobody on another machine changes the throttle, and anybody may see it", async () => {
  const settings = completeSettings({ root: ".", throttle: { rate: 5_000 } });
  await using controls = await ServerControls.open(settings);
  for (const peer of ["10.0.0.7:5", "[fe80::1]:5", "fe80::1:5", "127x:1"]) {
    const log = new ConnectionLog(getLogger("test"), 1, peer, controls);
    const client = { peer, log, access: OPEN_ACCESS };
    assert.equal(serveThrottle(controls, {}, client).rate, 5_000);
    assert.throws(
      () => serveThrottle(controls, { rate: 0 }, client),
      (error) => error instanceof SluiceError && error.code === "permission_denied",
    );
  }
});

async function serving(
  throttle: Readonly<Partial<Record<"rate" | "ratePerConnection", number>>>,
): Promise<TestServer> {
  const place = await startTestServer({ throttle });
  await Deno.writeFile(place.root.join("a"), BYTES);
  return place;
}

/** Reads frames until so many bytes of DATA came. */
async function readSome(peer: RawPeer, least: number): Promise<void> {
  for (let bytes = 0; bytes < least;) bytes += await readOne(peer);
}

/** Reads frames for a while and counts their bytes. */
async function readFor(peer: RawPeer, ms: number): Promise<number> {
  const untilMs = performance.now() + ms;
  let bytes = 0;
  while (performance.now() < untilMs) bytes += await readOne(peer);
  return bytes;
}

async function readOne(peer: RawPeer): Promise<number> {
  const { type, payload } = await peer.nextFrame();
  return type === DATA ? payload.byteLength : 0;
}

async function sendAll(peer: RawPeer, requestId: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += 10_000) {
    await peer.sendData(requestId, bytes.subarray(at, at + 10_000));
  }
}
