import assert from "node:assert/strict";
import { mock } from "node:test";
import { decodeControl } from "#protocol/control_payload.ts";
import { FrameType, readHeader } from "#protocol/frame.ts";
import { MAX_REPLY_BYTES } from "#protocol/limits.ts";
import { SnapshotSchema } from "#protocol/replies.ts";
import { OPEN_ACCESS } from "#server/access/access.ts";
import { FlowCounter } from "#server/flow_counter.ts";
import { SendQueue } from "#server/send_queue.ts";
import { listOperations, type WatchedConnection } from "#server/snapshot_operations.ts";
import { WatchFeed } from "#server/watch_feed.ts";
import { allocateGauge, GaugeReader, GaugeWriter } from "#server/work_gauge.ts";
import { makeSnapshot } from "#tests/support/snapshots.ts";

Deno.test("a gauge shows what its worker is at, with any path, and nothing between two requests", () => {
  const shared = allocateGauge();
  const [writer, reader] = [new GaugeWriter(shared), new GaugeReader(shared)];
  assert.equal(reader.read(), undefined);
  writer.begin("upload");
  const begun = { operation: "upload", path: undefined, doneBytes: 0, totalBytes: undefined };
  assert.deepEqual(reader.read(), begun);
  for (const path of ["", "a", "ü/\u{1f30a}\n", "x".repeat(3072)]) {
    writer.setPath(path);
    assert.equal(reader.read()?.path, path);
  }
  writer.setTotal(2 ** 40);
  writer.setDone(2 ** 39);
  assert.deepEqual([reader.read()?.doneBytes, reader.read()?.totalBytes], [2 ** 39, 2 ** 40]);
  writer.end();
  assert.equal(reader.read(), undefined);
  writer.begin("history");
  assert.deepEqual(reader.read(), { ...begun, operation: "history" });
});

Deno.test("a gauge that is in the middle of a change shows no path rather than half of one", () => {
  const shared = allocateGauge();
  const [writer, reader] = [new GaugeWriter(shared), new GaugeReader(shared)];
  writer.begin("list");
  writer.setPath("whole");
  // The first cell is odd while the worker writes.
  Atomics.add(new Int32Array(shared), 0, 1);
  assert.deepEqual([reader.read()?.operation, reader.read()?.path], ["list", undefined]);
});

Deno.test("FlowCounter.rates() are those of the last one or two seconds, of one and of all", () => {
  const all = new FlowCounter(0);
  const [one, other] = [new FlowCounter(0, all), new FlowCounter(0, all)];
  one.addUp(1000);
  assert.deepEqual(one.rates(50), { up: 0, down: 0 });
  assert.deepEqual(one.rates(500), { up: 2000, down: 0 });
  other.addDown(500);
  assert.deepEqual(all.rates(1000), { up: 1000, down: 500 });
  assert.deepEqual(all.bytes, { up: 1000, down: 500 });
  for (const nowMs of [1000, 2000]) one.tick(nowMs);
  assert.deepEqual(one.rates(2500), { up: 0, down: 0 });
  one.addUp(3000);
  assert.deepEqual(one.rates(2500), { up: 2000, down: 0 });
});

Deno.test("listOperations() puts those that work first, the fastest first, then the queue in its order", () => {
  const list = listOperations(
    [
      makeConnection(1, { state: "idle" }),
      makeConnection(2, { state: "waiting", claim: { worker: undefined, position: 2 } }),
      makeConnection(3, { state: "watching" }),
      makeConnection(4, { state: "working", rate: 10 }),
      makeConnection(5, { state: "waiting", claim: { worker: undefined, position: 1 } }),
      makeConnection(6, { state: "working", rate: 99 }),
    ],
    1000,
    OPEN_ACCESS,
  );
  assert.deepEqual(list.map(({ connectionId }) => connectionId), [6, 4, 5, 2, 3, 1]);
  assert.deepEqual(list.map(({ position }) => position).slice(1, 4), [undefined, 1, 2]);
});

Deno.test("listOperations() stays far below the limit of a frame with 100,000 connections and the longest paths", () => {
  // Each of these bytes takes six in JSON, and no path may have more of them.
  const path = Array.from({ length: 12 }, () => "\x01".repeat(255)).join("/");
  const work = { operation: "download", path, doneBytes: 1, totalBytes: 2 } as const;
  const connections = Array.from(
    { length: 100_000 },
    (_, id) => makeConnection(id, { claim: { worker: { id, work }, position: 0 }, rate: id }),
  );
  const operations = listOperations(connections, 1000, OPEN_ACCESS);
  const payload = new TextEncoder().encode(JSON.stringify(makeSnapshot({ operations })));
  assert.ok(payload.byteLength < MAX_REPLY_BYTES / 2, `${payload.byteLength} bytes`);
  assert.ok(operations.length > 5, `${operations.length} operations`);
  assert.equal(operations[0]?.connectionId, 99_999);
  assert.equal(operations[0]?.path, path);
  assert.deepEqual(decodeControl(SnapshotSchema, payload).operations, operations);
  const short = { ...work, path: "é".repeat(127) };
  const many = listOperations(
    Array.from(
      { length: 300 },
      (_, id) => makeConnection(id, { claim: { worker: { id, work: short }, position: 0 } }),
    ),
    1000,
    OPEN_ACCESS,
  );
  assert.equal(many.length, 200);
});

Deno.test("WatchFeed leaves snapshots out while the last one is not written", async () => {
  const timers = mock.timers;
  timers.enable({ apis: ["setInterval"] });
  try {
    const written: Uint8Array[] = [];
    let release = Promise.withResolvers<void>();
    const sink = {
      write: async (bytes: Uint8Array): Promise<number> => {
        written.push(bytes);
        await release.promise;
        return bytes.byteLength;
      },
    };
    const flow = new FlowCounter(0);
    const queue = new SendQueue(sink, flow, () => assert.fail("no write fails"));
    let taken = 0;
    const feed = new WatchFeed(queue, () => new Uint8Array([++taken]));
    feed.open(7, 100);
    assert.equal(taken, 1);
    timers.tick(10_000);
    assert.deepEqual([taken, written.length, queue.queuedBytes], [1, 1, 17]);
    release.resolve();
    await queue.drained();
    release = Promise.withResolvers();
    timers.tick(100);
    assert.deepEqual([taken, written.length], [2, 2]);
    assert.throws(() => feed.open(8, 100), { code: "invalid_request" });
    assert.ok(!feed.cancel(8) && feed.isOpen);
    assert.ok(feed.cancel(7) && !feed.isOpen);
    // The next WATCH begins at once, whatever became of the last snapshot of this one.
    feed.open(9, 60_000);
    assert.equal(taken, 3);
    feed.close();
    release.resolve();
    await queue.drained();
    timers.tick(100_000);
    const types = written.map((bytes) => readHeader(bytes, 0, "server").type);
    assert.deepEqual(types, [
      FrameType.SNAPSHOT,
      FrameType.SNAPSHOT,
      FrameType.ERROR,
      FrameType.SNAPSHOT,
    ]);
    assert.deepEqual(flow.bytes, { up: 0, down: 0 });
  } finally {
    timers.reset();
  }
});

function makeConnection(
  id: number,
  some: Partial<WatchedConnection> & { readonly rate?: number } = {},
): WatchedConnection {
  const { rate = 0, ...rest } = some;
  return {
    id,
    peer: `127.0.0.1:${id}`,
    openedMs: 0,
    access: OPEN_ACCESS,
    flow: { rates: () => ({ up: rate, down: 0 }) },
    state: "working",
    claim: { worker: undefined, position: 0 },
    ...rest,
  };
}
