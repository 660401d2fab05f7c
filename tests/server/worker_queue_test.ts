import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import type { HistoryRecord } from "#protocol/replies.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of } from "#tests/support/raw_transfer.ts";
import { done } from "./done.ts";
import { ResettingPeer } from "./resetting_peer.ts";
import { startTestServer, type TestServer } from "./test_server.ts";
import { until } from "./until.ts";

Deno.test("a connection gets a worker with its first request, keeps it for a linger and gives it back", async () => {
  await using place = await startTestServer({ workers: 4, timeouts: { lingerMs: 1_000 } });
  using peer = await RawPeer.greet(place);
  assert.equal(place.server.status().workers.leased, 0);
  await peer.request(FrameType.STAT, { path: "" });
  assert.equal(place.server.status().workers.leased, 1);
  await until(() => place.server.status().workers.leased === 0, "the end of the linger");
  await peer.request(FrameType.STAT, { path: "" });
});

Deno.test("a thousand idle connections hold no worker", async () => {
  await using place = await startTestServer({ workers: 2, spareWorkers: 2 });
  const peers = await Promise.all(Array.from({ length: 1000 }, () => RawPeer.greet(place)));
  try {
    const { connections, workers } = place.server.status();
    assert.deepEqual([connections, workers.leased], [1000, 0]);
    assert.ok(workers.idle <= 2);
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("connections that ask one after the other and stay are served by a few workers", async () => {
  await using place = await startTestServer({ workers: 32, spareWorkers: 2 });
  const peers: RawPeer[] = [];
  try {
    for (let i = 0; i < 20; i++) {
      const peer = await RawPeer.greet(place);
      peers.push(peer);
      await peer.request(FrameType.STAT, { path: "" });
    }
    const { leased, idle } = place.server.status().workers;
    assert.ok(leased + idle <= 6, `${leased} leased, ${idle} idle`);
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("one worker serves a hundred connections that ask one after the other", async () => {
  await using place = await startTestServer({ workers: 1 });
  for (let i = 0; i < 100; i++) {
    using peer = await RawPeer.greet(place);
    const { json } = await peer.request(FrameType.STAT, { path: "" });
    assert.equal(json?.kind, "folder");
  }
});

Deno.test("connections that find no free worker are told their positions and served in the order of asking", async () => {
  await using place = await startTestServer({ workers: 1 });
  using holder = await RawPeer.greet(place);
  const requestId = await holdWorker(holder);
  const waiting: RawPeer[] = [];
  try {
    for (let position = 1; position <= 3; position++) {
      const peer = await RawPeer.greet(place);
      waiting.push(peer);
      const id = await peer.begin(FrameType.MKDIR, { path: `${position}` });
      assert.deepEqual(await nextQueued(peer), { requestId: id, position });
    }
    assert.deepEqual([place.server.status().waiting, place.server.status().transfers], [3, 1]);
    await finishUpload(holder, requestId);
    for (const peer of waiting) assert.equal((await peer.lastFrame(1)).type, FrameType.RESULT);
    // The one worker's own record, not when we happened to read its replies.
    const { records } = await done(holder, FrameType.HISTORY);
    const made = records.filter(({ operation }: HistoryRecord) => operation === "mkdir");
    assert.deepEqual(made.map(({ path }: HistoryRecord) => path), ["3", "2", "1"]);
  } finally {
    for (const peer of waiting) peer.close();
  }
});

Deno.test("a waiting connection is told when it moves up", async () => {
  await using place = await startTestServer({ workers: 1 });
  using holder = await RawPeer.greet(place);
  await holdWorker(holder);
  using first = await RawPeer.greet(place);
  using second = await RawPeer.greet(place);
  const cancelled = await first.begin(FrameType.STAT, { path: "" });
  await nextQueued(first);
  const requestId = await second.begin(FrameType.STAT, { path: "" });
  assert.deepEqual(await nextQueued(second), { requestId, position: 2 });
  await first.sendFrame(FrameType.CANCEL, cancelled);
  assert.deepEqual(await nextQueued(second), { requestId, position: 1 });
});

Deno.test("a lingering worker is given to somebody who waits at once", async () => {
  await using place = await startTestServer({ workers: 1, timeouts: { lingerMs: 3_600_000 } });
  using first = await RawPeer.greet(place);
  using second = await RawPeer.greet(place);
  for (let round = 0; round < 20; round++) {
    await first.request(FrameType.STAT, { path: "" });
    await second.request(FrameType.STAT, { path: "" });
  }
});

Deno.test("a waiting connection that is reset leaves the queue", async () => {
  await using place = await startTestServer({ workers: 1 });
  using holder = await RawPeer.greet(place);
  await holdWorker(holder);
  const peer = await ResettingPeer.greet(place);
  await peer.begin(FrameType.STAT, 1, { path: "" });
  await until(() => place.server.status().waiting === 1, "the connection in the queue");
  await peer.reset();
  await until(() => place.server.status().waiting === 0, "the connection's leaving");
});

Deno.test("a waiting connection that closes in order leaves the queue when its pulse finds nobody", async () => {
  const timeouts = { queuePulseMs: 100 };
  await using place = await startTestServer({ workers: 1, timeouts });
  using holder = await RawPeer.greet(place);
  await holdWorker(holder);
  const peer = await RawPeer.greet(place);
  await peer.begin(FrameType.STAT, { path: "" });
  await nextQueued(peer);
  peer.close();
  await until(() => place.server.status().waiting === 0, "the connection's leaving");
});

Deno.test("a waiting connection that only ends its sending side keeps its place and is served", async () => {
  await using place = await startTestServer({ workers: 1 });
  using holder = await RawPeer.greet(place);
  const requestId = await holdWorker(holder);
  using peer = await RawPeer.greet(place);
  const id = await peer.begin(FrameType.STAT, { path: "" });
  await peer.closeWrite();
  await nextQueued(peer);
  await finishUpload(holder, requestId);
  assert.equal((await peer.lastFrame(id)).type, FrameType.RESULT);
  await peer.expectEnd();
});

Deno.test("a connection that waits too long for a worker is told busy", async () => {
  await using place = await startTestServer({
    workers: 1,
    spareWorkers: 1,
    timeouts: { queueMs: 500 },
  });
  // Who waits for the first worker to start waits in the queue as well.
  await until(() => place.server.status().workers.idle === 1, "the worker");
  using holder = await RawPeer.greet(place);
  await holdWorker(holder);
  using peer = await RawPeer.greet(place);
  await peer.begin(FrameType.STAT, { path: "" });
  await peer.expectRefusal("busy");
  assert.equal(place.server.status().waiting, 0);
});

Deno.test("a request that is cancelled while it waits for a worker is answered at once and never begins", async () => {
  await using place = await startTestServer({ workers: 1 });
  using holder = await RawPeer.greet(place);
  const requestId = await holdWorker(holder);
  using peer = await RawPeer.greet(place);
  const first = await peer.begin(FrameType.MKDIR, { path: "first" });
  const second = await peer.begin(FrameType.MKDIR, { path: "second" });
  const third = await peer.begin(FrameType.MKDIR, { path: "third" });
  await peer.sendFrame(FrameType.CANCEL, second);
  await peer.sendFrame(FrameType.CANCEL, first);
  assertError(await peer.lastFrame(first), "cancelled");
  assertError(await peer.lastFrame(second), "cancelled");
  await finishUpload(holder, requestId);
  assert.equal((await peer.lastFrame(third)).type, FrameType.RESULT);
  assert.deepEqual(await namesIn(place), ["held.bin", "third"]);
});

Deno.test("a request that is cancelled while another of its connection waits keeps its turn and never begins", async () => {
  await using place = await startTestServer({ workers: 1 });
  using holder = await RawPeer.greet(place);
  const requestId = await holdWorker(holder);
  using peer = await RawPeer.greet(place);
  const first = await peer.begin(FrameType.MKDIR, { path: "first" });
  const second = await peer.begin(FrameType.MKDIR, { path: "second" });
  await peer.sendFrame(FrameType.CANCEL, second);
  await nextQueued(peer);
  await finishUpload(holder, requestId);
  assert.equal((await peer.lastFrame(first)).type, FrameType.RESULT);
  assertError(await peer.lastFrame(second), "cancelled");
  assert.deepEqual(await namesIn(place), ["first", "held.bin"]);
});

Deno.test("a connection whose waiting requests are all cancelled leaves the queue and can ask again", async () => {
  await using place = await startTestServer({ workers: 1 });
  using holder = await RawPeer.greet(place);
  const requestId = await holdWorker(holder);
  using peer = await RawPeer.greet(place);
  const bytes = new Uint8Array(10);
  const id = await peer.begin(FrameType.PUT, { path: "a", sizeBytes: 10 });
  await peer.sendData(id, bytes);
  await peer.sendFrame(FrameType.CANCEL, id);
  assertError(await peer.lastFrame(id), "cancelled");
  assert.equal(place.server.status().waiting, 0);
  await peer.sendFrame(FrameType.COMMIT, id, { digest: sha256Of(bytes) });
  await finishUpload(holder, requestId);
  assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  await peer.refused("not_found", FrameType.STAT, { path: "a" });
});

Deno.test("a connection that never pauses gives way to one that waits, and loses no request", async () => {
  const throttle = { ratePerConnection: 100_000 };
  await using place = await startTestServer({ workers: 1, throttle, timeouts: { turnMs: 200 } });
  await Deno.writeFile(place.root.join("a tenth of a second"), new Uint8Array(10_000));
  using greedy = await RawPeer.greet(place);
  const ids: number[] = [];
  for (let i = 0; i < 30; i++) {
    ids.push(await greedy.begin(FrameType.GET, { path: "a tenth of a second" }));
  }
  const answered: number[] = [];
  const reading = readAnswers(greedy, ids.length, answered);
  await until(() => answered.length > 0, "the first answer");
  using peer = await RawPeer.greet(place);
  assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  assert.ok(answered.length < ids.length, "served before the greedy one was done");
  await reading;
  assert.deepEqual(answered, ids);
});

/** Keeps a worker busy with an upload of one byte that does not end by itself; gives its id. */
async function holdWorker(peer: RawPeer): Promise<number> {
  const ready = await beginUpload(peer, { path: "held.bin", sizeBytes: 1 });
  assert.equal(ready.type, FrameType.READY, JSON.stringify(ready.json));
  return ready.requestId;
}

async function finishUpload(peer: RawPeer, requestId: number): Promise<void> {
  const bytes = Uint8Array.of(1);
  await peer.sendData(requestId, bytes);
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
  assert.equal((await peer.lastFrame(requestId)).type, FrameType.RESULT);
}

async function nextQueued(peer: RawPeer): Promise<{ requestId: number; position: unknown }> {
  const frame = await peer.nextFrame();
  assert.equal(frame.type, FrameType.QUEUED, JSON.stringify(frame.json));
  return { requestId: frame.requestId, position: frame.json?.position };
}

async function readAnswers(peer: RawPeer, count: number, answered: number[]): Promise<void> {
  while (answered.length < count) {
    const frame = await peer.nextFrame();
    assert.notEqual(frame.type, FrameType.ERROR, JSON.stringify(frame.json));
    if (frame.type === FrameType.RESULT) answered.push(frame.requestId);
  }
}

async function namesIn(place: TestServer): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(place.root.path)) {
    if (name !== ".sluice") names.push(name);
  }
  return names.sort();
}
