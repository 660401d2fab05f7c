import assert from "node:assert/strict";
import { FrameType, readU64 } from "#protocol/frame.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of } from "#tests/support/raw_transfer.ts";
import { startTestServer, type TestServer } from "./test_server.ts";
import { until } from "./until.ts";

const FAULTY = new URL("./fixtures/faulty_worker.ts", import.meta.url);
const WITHOUT_START = new URL("./fixtures/worker_without_start.ts", import.meta.url);
const REAL = new URL(import.meta.resolve("#server/worker/main.ts"));

for (const fault of ["throw", "reject"]) {
  Deno.test(`a connection whose worker fails with "${fault}" is told an error id and closed, others are served`, async () => {
    await using place = await startTestServer({
      spareWorkers: 2,
      workers: 2,
      spawn: () => spawn(FAULTY),
    });
    using other = await RawPeer.greet(place);
    const upload = await beginUpload(other, { path: "a.bin", sizeBytes: 3 });
    using peer = await RawPeer.greet(place);
    await peer.begin(FrameType.STAT, { path: `please ${fault}` });
    const frame = await peer.lastFrame(0);
    const message = assertError(frame, "internal");
    assert.match(String(frame.json?.errorId), /^[0-9a-f]{8}$/);
    assert.ok(message.includes(String(frame.json?.errorId)));
    assert.ok(!message.includes("secret"), "tells nothing of the inside");
    await peer.expectEnd();
    await finishUpload(other, upload.requestId);
    await assertServesOn(place);
  });
}

Deno.test("a worker that does not answer any more, as it hangs or has closed, is replaced after the heartbeat", async () => {
  // A new worker on a busy machine must not look hung while it starts.
  const timeouts = { heartbeatMs: 5_000 };
  await Promise.all(["hang", "close"].map(async (fault) => {
    await using place = await startTestServer({
      spareWorkers: 2,
      workers: 1,
      timeouts,
      spawn: () => spawn(FAULTY),
    });
    using peer = await RawPeer.greet(place);
    await peer.begin(FrameType.STAT, { path: `please ${fault}` });
    await peer.expectRefusal("internal");
    await assertServesOn(place);
  }));
});

Deno.test("a worker that fails ten times in a row costs ten connections and nothing else", async () => {
  await using place = await startTestServer({
    spareWorkers: 2,
    workers: 2,
    spawn: () => spawn(FAULTY),
  });
  for (let i = 0; i < 10; i++) {
    using peer = await RawPeer.greet(place);
    await peer.begin(FrameType.STAT, { path: "please throw" });
    await peer.expectRefusal("internal");
  }
  await assertServesOn(place);
  await until(() => place.server.status().connections === 0, "the end of all connections");
});

Deno.test("a worker that fails while it lingers closes no connection", async () => {
  let last: Worker | undefined;
  const spawnAndKeep = (): Worker => last = spawn(FAULTY);
  await using place = await startTestServer({ spareWorkers: 2, workers: 1, spawn: spawnAndKeep });
  using peer = await RawPeer.greet(place);
  await peer.request(FrameType.STAT, { path: "" });
  await until(() => place.server.status().transfers === 0, "the end of the request");
  // The pool listens on its own; an event that no worker sent stands for a fault between requests.
  last?.dispatchEvent(new ErrorEvent("error", { message: "later", cancelable: true }));
  const { type, json } = await peer.request(FrameType.STAT, { path: "" });
  assert.equal(type, FrameType.RESULT, JSON.stringify(json));
});

Deno.test("workers that cannot start are tried again once in a while, not in a spin", async () => {
  let spawned = 0;
  const timeouts = { queueMs: 3_600_000, tickMs: 500 };
  const startMs = performance.now();
  const spawnBroken = (): Worker => (spawned++, spawn(WITHOUT_START));
  await using place = await startTestServer({
    spareWorkers: 2,
    workers: 4,
    timeouts,
    spawn: spawnBroken,
  });
  using peer = await RawPeer.greet(place);
  await peer.begin(FrameType.STAT, { path: "" });
  await until(() => spawned >= 5, "the third round of starts");
  // Two at once, each 500 ms: a spin would be many more, however long a busy machine took.
  const ticks = (performance.now() - startMs) / 500 + 1;
  assert.ok(spawned <= 2 * ticks + 2, `${spawned} starts in ${ticks} ticks`);
});

Deno.test("a server whose first workers could not start serves as soon as one can", async () => {
  let spawned = 0;
  const spawnLater = (): Worker => spawn(++spawned > 3 ? REAL : WITHOUT_START);
  await using place = await startTestServer({ spareWorkers: 2, workers: 4, spawn: spawnLater });
  await assertServesOn(place);
});

Deno.test("an upload whose worker failed resumes from what was written", async () => {
  await using place = await startTestServer({
    spareWorkers: 2,
    workers: 1,
    spawn: () => spawn(FAULTY),
  });
  const bytes = new Uint8Array(2_000_000).fill(7);
  const request = { path: "a.bin", sizeBytes: bytes.byteLength, resume: true };
  using peer = await RawPeer.greet(place);
  const first = await beginUpload(peer, request);
  await peer.sendData(first.requestId, bytes.subarray(0, 1_000_000));
  await peer.sendData(first.requestId, bytes.subarray(1_000_000, 1_100_000));
  // An ACK says what is on the disk; there may be one for each frame.
  for (let acknowledged = 0; acknowledged < 1_100_000;) {
    const ack = await peer.expectFrame(FrameType.ACK, first.requestId);
    acknowledged = readU64(ack.payload, 0);
  }
  await peer.sendFrame(FrameType.STAT, 9, { path: "please throw" });
  await peer.expectRefusal("internal");
  using again = await RawPeer.greet(place);
  const second = await beginUpload(again, request);
  assert.equal(second.json?.session, first.json?.session);
  assert.equal(second.json?.offsetBytes, 1_100_000);
  await again.sendData(second.requestId, bytes.subarray(1_100_000));
  await again.sendFrame(FrameType.COMMIT, second.requestId, { digest: sha256Of(bytes) });
  assert.equal((await again.lastFrame(second.requestId)).type, FrameType.RESULT);
});

function spawn(url: URL): Worker {
  return new Worker(url, { type: "module" });
}

async function finishUpload(peer: RawPeer, requestId: number): Promise<void> {
  const bytes = Uint8Array.of(1, 2, 3);
  await peer.sendData(requestId, bytes);
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
  assert.equal((await peer.lastFrame(requestId)).type, FrameType.RESULT);
}

async function assertServesOn(place: TestServer): Promise<void> {
  using peer = await RawPeer.greet(place);
  assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
}
