import assert from "node:assert/strict";
import type { SnapshotOperation } from "#protocol/replies.ts";
import {
  addCounts,
  countsOfEnded,
  type FleetCounts,
  FleetView,
  NO_COUNTS,
} from "#server/processes/fleet.ts";

const MEMBER = {
  index: 2,
  count: 3,
  limits: { maxConnections: 1024, workers: 64, rate: 3_000_000 },
  upSinceMs: Date.now() - 5_000,
};

function counts(seed: number): FleetCounts {
  return {
    connections: seed,
    leased: 10 * seed,
    idle: 100 * seed,
    waiting: seed,
    transfers: 2 * seed,
    changes: 3 * seed,
    historyRecords: 4 * seed,
    written: { "": 5 * seed, token: seed },
    bytes: { up: 5 * seed, down: 6 * seed },
    rates: { up: 7 * seed, down: 8 * seed },
    operations: [operation(seed, seed)],
  };
}

function operation(connectionId: number, rate: number): SnapshotOperation {
  return { connectionId, peer: "127.0.0.1:1", secondsOpen: 1, state: "working", rate };
}

Deno.test("addCounts() adds up, and lists the fastest connections first", () => {
  const sum = addCounts([counts(1), counts(2), NO_COUNTS]);
  assert.deepEqual(sum, { ...counts(3), operations: [operation(2, 2), operation(1, 1)] });
  const many = Array.from({ length: 150 }, (_, index) => operation(index, index));
  const cut = addCounts([{ ...counts(1), operations: many }, { ...counts(1), operations: many }]);
  assert.equal(cut.operations.length, 200);
  assert.equal(cut.operations[0]?.rate, 149);
});

Deno.test("countsOfEnded() keeps what was done and nothing that is under way", () => {
  const { changes, historyRecords, bytes, written } = counts(2);
  const kept = { changes, historyRecords, bytes, written };
  assert.deepEqual(countsOfEnded(counts(2)), { ...NO_COUNTS, ...kept });
});

Deno.test("FleetView shows the whole server, its limits as they were asked for, and who answered", () => {
  const view = new FleetView(MEMBER);
  const throttle = { chunkBytes: 1, chunkDelayMs: 0, rate: 1_000_000, ratePerConnection: 0 };
  const own = {
    agent: "x",
    uptimeSeconds: 1,
    connections: 1,
    maxConnections: 342,
    workers: { leased: 1, idle: 2, limit: 22 },
    waiting: 0,
    transfers: 1,
    throttle,
  };
  assert.deepEqual(view.status(own).processes, { answeredBy: 2, running: 1, count: 3 });
  view.update(addCounts([counts(1), counts(2)]), 3);
  const { uptimeSeconds, ...status } = view.status(own);
  assert.ok(uptimeSeconds >= 5);
  assert.deepEqual(status, {
    agent: "x",
    processes: { answeredBy: 2, running: 3, count: 3 },
    connections: 4,
    maxConnections: 1024,
    workers: { leased: 31, idle: 302, limit: 64 },
    waiting: 3,
    transfers: 7,
    throttle: { ...throttle, rate: 3_000_000 },
  });
});
