import { MAX_SNAPSHOT_OPERATIONS } from "#protocol/limits.ts";
import type { Flow, ServerProcesses, Snapshot, SnapshotOperation } from "#protocol/replies.ts";
import type { StatusResult } from "#protocol/replies.ts";
import type { Access } from "../access/access.ts";
import { seenOperation } from "../access/seen_operation.ts";
import { addWritten, type WrittenBytes } from "../limits/shared_rooms.ts";
import { limitOperations } from "../snapshot_operations.ts";

/** What one process, or several together, count. */
export interface FleetCounts {
  readonly connections: number;
  readonly leased: number;
  readonly idle: number;
  readonly waiting: number;
  readonly transfers: number;
  readonly changes: number;
  readonly historyRecords: number;
  readonly bytes: Flow;
  readonly rates: Flow;
  /** What counts for quotas. */
  readonly written: WrittenBytes;
  /** Empty unless somebody watches. */
  readonly operations: readonly SnapshotOperation[];
}

/** Limits of all processes of a server together, as they were asked for. */
export interface FleetLimits {
  readonly maxConnections: number;
  readonly workers: number;
  /** Bytes per second; 0 for none. */
  readonly rate: number;
}

/** A server's place among the processes of one port. */
export interface FleetMember {
  /** Number of this process, from 1. */
  readonly index: number;
  /** Processes that there should be. */
  readonly count: number;
  /** As they were when it started. */
  readonly limits: FleetLimits;
  /** When the first process started, in ms since 1970. */
  readonly upSinceMs: number;
}

/** Counts of nothing. */
export const NO_COUNTS: FleetCounts = {
  connections: 0,
  leased: 0,
  idle: 0,
  waiting: 0,
  transfers: 0,
  changes: 0,
  historyRecords: 0,
  bytes: { up: 0, down: 0 },
  rates: { up: 0, down: 0 },
  written: {},
  operations: [],
};

/**
 * Adds up what processes count.
 *
 * @param counts Of each process.
 * @returns Sums, and the connections that a snapshot would show first.
 */
export function addCounts(counts: readonly FleetCounts[]): FleetCounts {
  const sum = (of: (one: FleetCounts) => number): number =>
    counts.reduce((total, one) => total + of(one), 0);
  const flow = (of: (one: FleetCounts) => Flow): Flow => ({
    up: sum((one) => of(one).up),
    down: sum((one) => of(one).down),
  });
  return {
    connections: sum((one) => one.connections),
    leased: sum((one) => one.leased),
    idle: sum((one) => one.idle),
    waiting: sum((one) => one.waiting),
    transfers: sum((one) => one.transfers),
    changes: sum((one) => one.changes),
    historyRecords: sum((one) => one.historyRecords),
    bytes: flow((one) => one.bytes),
    rates: flow((one) => one.rates),
    written: addWritten(counts.map(({ written }) => written)),
    operations: limitOperations(counts.flatMap((one) => one.operations)),
  };
}

/** What is left of a process that has ended: what it did, for sums that must never go down. */
export function countsOfEnded(counts: FleetCounts): FleetCounts {
  const { changes, historyRecords, bytes, written } = counts;
  return { ...NO_COUNTS, changes, historyRecords, bytes, written };
}

/** What one process says of itself, as counts. */
export function countsOf(snapshot: Snapshot, written: WrittenBytes): FleetCounts {
  const { connections, workers, waiting, transfers, changes, historyRecords } = snapshot;
  const { leased, idle } = workers;
  const { bytes, rates } = snapshot;
  // Never too many for one message.
  const operations = snapshot.operations.slice(0, MAX_SNAPSHOT_OPERATIONS);
  const open = connections.open;
  return {
    connections: open,
    leased,
    idle,
    waiting,
    transfers,
    changes,
    historyRecords,
    bytes,
    rates,
    written,
    operations,
  };
}

/** Puts what a process knows of itself and of the others together, for those who ask it. */
export class FleetView {
  readonly member: FleetMember;
  /** Limits of all processes together, which may change. */
  limits: FleetLimits;
  #others = NO_COUNTS;
  #running = 1;

  /** @param member This process. */
  constructor(member: FleetMember) {
    this.member = member;
    this.limits = member.limits;
  }

  /** Notes what the other processes count together, and how many there are with this one. */
  update(others: FleetCounts, running: number): void {
    this.#others = others;
    this.#running = running;
  }

  /** Completes the status of this process to that of the server. */
  status(own: StatusResult): StatusResult {
    const others = this.#others;
    const { limits } = this;
    return {
      ...own,
      processes: this.#processes,
      uptimeSeconds: this.#uptimeSeconds,
      connections: own.connections + others.connections,
      maxConnections: limits.maxConnections,
      workers: {
        leased: own.workers.leased + others.leased,
        idle: own.workers.idle + others.idle,
        limit: limits.workers,
      },
      waiting: own.waiting + others.waiting,
      transfers: own.transfers + others.transfers,
      throttle: { ...own.throttle, rate: limits.rate },
    };
  }

  /**
   * Completes the snapshot of this process to that of the server.
   *
   * @param own With the connections that the viewer may know of.
   * @param viewer Who looks. What others do is known whole; whom they do it for is not known here.
   */
  snapshot(own: Snapshot, viewer: Access): Snapshot {
    const operations = this.#others.operations.map((one) => seenOperation(viewer, one, undefined));
    const all = addCounts([countsOf(own, {}), { ...this.#others, operations }]);
    const { limits } = this;
    const { connections, leased, idle, written: _, ...rest } = all;
    return {
      ...own,
      ...rest,
      processes: this.#processes,
      uptimeSeconds: this.#uptimeSeconds,
      connections: { open: connections, max: limits.maxConnections },
      workers: { leased, idle, limit: limits.workers },
      throttle: { ...own.throttle, rate: limits.rate },
    };
  }

  get #processes(): ServerProcesses {
    return {
      answeredBy: this.member.index,
      running: this.#running,
      count: this.member.count,
    };
  }

  get #uptimeSeconds(): number {
    return Math.max(0, Date.now() - this.member.upSinceMs) / 1000;
  }
}
