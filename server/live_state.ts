import { MAX_SNAPSHOT_OPERATIONS } from "#protocol/limits.ts";
import type { Snapshot, SnapshotOperation, StatusResult } from "#protocol/replies.ts";
import type { Connection } from "./connection.ts";
import { FlowCounter } from "./flow_counter.ts";
import { LiveCounters } from "./live_counters.ts";

/** Snapshots younger than this are shared: a thousand watchers cost as much as one. */
const SHARE_MS = 50;
/** Most bytes of the operations in a snapshot, as JSON: far below the limit of a frame. */
const OPERATIONS_BYTES = 256 * 1024;

/** What a live state is made of. */
export interface LiveSources {
  readonly status: () => StatusResult;
  readonly connections: () => Iterable<Connection>;
}

/** A connection with what decides its place in the list. */
interface Ranked {
  readonly connection: Connection;
  readonly state: SnapshotOperation["state"];
  readonly position: number;
  readonly rate: number;
}

/** A server's live state: what is counted all the time, and the snapshots that show it on demand. */
export class LiveState {
  /** Counts the bytes of all connections. */
  readonly flow: FlowCounter = new FlowCounter(performance.now());
  /** Memory of the counters that workers share. */
  readonly sharedCounters: SharedArrayBuffer = LiveCounters.allocate();
  readonly #counters = new LiveCounters(this.sharedCounters);
  readonly #sources: LiveSources;
  #sequence = 0;
  #takenMs = 0;
  #payload: Uint8Array | undefined;

  /** @param sources What a snapshot shows. */
  constructor(sources: LiveSources) {
    this.#sources = sources;
  }

  /** Moves the windows of the rates on; called about once a second. */
  tick(nowMs: number): void {
    this.flow.tick(nowMs);
  }

  /**
   * Gives the payload of a SNAPSHOT.
   *
   * @returns JSON, not to be changed: others may get the same.
   */
  snapshot(): Uint8Array {
    const nowMs = performance.now();
    if (this.#payload !== undefined && nowMs - this.#takenMs < SHARE_MS) return this.#payload;
    this.#takenMs = nowMs;
    this.#payload = encoder.encode(JSON.stringify(this.#take(nowMs)));
    return this.#payload;
  }

  #take(nowMs: number): Snapshot {
    const { connections, maxConnections, ...status } = this.#sources.status();
    return {
      ...status,
      sequence: ++this.#sequence,
      connections: { open: connections, max: maxConnections },
      bytes: this.flow.bytes,
      rates: this.flow.rates(nowMs),
      changes: this.#counters.changes,
      historyRecords: this.#counters.historyRecords,
      operations: listOperations(this.#sources.connections(), nowMs),
    };
  }
}

const encoder = new TextEncoder();
const STATE_RANK = { working: 0, waiting: 1, watching: 2, idle: 3 } as const;

function listOperations(connections: Iterable<Connection>, nowMs: number): SnapshotOperation[] {
  const ranked = Array.from(connections, (connection) => rank(connection, nowMs)).sort(compare);
  const operations: SnapshotOperation[] = [];
  let bytes = 0;
  for (const one of ranked.slice(0, MAX_SNAPSHOT_OPERATIONS)) {
    const operation = describe(one, nowMs);
    bytes += encoder.encode(JSON.stringify(operation)).byteLength + 1;
    if (bytes > OPERATIONS_BYTES) break;
    operations.push(operation);
  }
  return operations;
}

function rank(connection: Connection, nowMs: number): Ranked {
  const { up, down } = connection.flow.rates(nowMs);
  const { state, claim } = connection;
  // Who waits for a worker to start is served before those who have a place.
  return { connection, state, position: claim.position, rate: up + down };
}

function compare(a: Ranked, b: Ranked): number {
  return STATE_RANK[a.state] - STATE_RANK[b.state] || a.position - b.position ||
    b.rate - a.rate || a.connection.id - b.connection.id;
}

function describe({ connection, state, position, rate }: Ranked, nowMs: number): SnapshotOperation {
  const { worker } = connection.claim;
  const work = state === "working" ? worker?.work : undefined;
  return {
    connectionId: connection.id,
    peer: connection.peer,
    secondsOpen: (nowMs - connection.openedMs) / 1000,
    ...(worker === undefined ? {} : { worker: worker.id }),
    state,
    ...(position > 0 ? { position } : {}),
    ...work,
    rate,
  };
}
