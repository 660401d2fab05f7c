import type { Snapshot, SnapshotOperation } from "#protocol/replies.ts";

/** Makes a snapshot of a server that is at rest, but for what is given. */
export function makeSnapshot(some: Partial<Snapshot> = {}): Snapshot {
  return {
    agent: "sluice/0.1.0",
    uptimeSeconds: 3_700,
    sequence: 1,
    connections: { open: 2, max: 1024 },
    workers: { leased: 1, idle: 3, limit: 64 },
    waiting: 0,
    transfers: 1,
    throttle: { chunkBytes: 1000, chunkDelayMs: 200, rate: 0, ratePerConnection: 5_000 },
    bytes: { up: 6_000_000, down: 1_500 },
    rates: { up: 1_000_000, down: 0 },
    changes: 3,
    historyRecords: 4,
    operations: [],
    ...some,
  };
}

/** Makes an upload that is half done, but for what is given. */
export function makeOperation(some: Partial<SnapshotOperation> = {}): SnapshotOperation {
  return {
    connectionId: 1,
    peer: "127.0.0.1:5000",
    secondsOpen: 2.5,
    worker: 3,
    state: "working",
    operation: "upload",
    path: "docs/a.bin",
    doneBytes: 500_000,
    totalBytes: 1_000_000,
    rate: 250_000,
    ...some,
  };
}
