import { MAX_SNAPSHOT_OPERATIONS } from "#protocol/limits.ts";
import type { Flow, OperationState, SnapshotOperation } from "#protocol/replies.ts";
import type { Access } from "./access/access.ts";
import { seenOperation } from "./access/seen_operation.ts";
import type { Work } from "./work_gauge.ts";

/** Most bytes of the list as JSON: far below the limit of a frame. */
const MAX_LIST_BYTES = 256 * 1024;
/** Which connections come first. */
const STATE_RANK = { working: 0, waiting: 1, watching: 2, idle: 3 } as const;

/** What is shown of a connection. */
export interface WatchedConnection {
  readonly id: number;
  /** Address of the client. */
  readonly peer: string;
  /** When it was accepted, by `performance.now()`. */
  readonly openedMs: number;
  /** Who it acts for. */
  readonly access: Access;
  readonly flow: { rates(nowMs: number): Flow };
  readonly state: OperationState;
  /** The worker that it has, and its place in the queue, 0 for none. */
  readonly claim: {
    readonly worker: { readonly id: number; readonly work: Work | undefined } | undefined;
    readonly position: number;
  };
}

/** A connection with what decides its place in the list. */
interface Ranked {
  readonly connection: WatchedConnection;
  readonly connectionId: number;
  readonly state: OperationState;
  readonly position: number;
  readonly rate: number;
}

const encoder = new TextEncoder();

/**
 * Lists connections for a snapshot, within a number and a size that fit a frame.
 *
 * @param connections All that there are.
 * @param nowMs The present, by `performance.now()`.
 * @param viewer Who looks: what is not his to see is left out.
 * @returns Those that work, the fastest first, then those that wait, watch and idle.
 */
export function listOperations(
  connections: Iterable<WatchedConnection>,
  nowMs: number,
  viewer: Access,
): SnapshotOperation[] {
  const ranked = Array.from(connections, (connection) => rank(connection, nowMs)).sort(compare);
  return fitting(
    ranked,
    (one) => seenOperation(viewer, describe(one, nowMs), one.connection.access),
  );
}

/**
 * Puts the lists of several processes together, within the same limits.
 *
 * @param operations All of them, in any order.
 * @returns Those that come first, in the order of {@linkcode listOperations}.
 */
export function limitOperations(operations: readonly SnapshotOperation[]): SnapshotOperation[] {
  return fitting(operations.toSorted(compare), (operation) => operation);
}

function fitting<T>(
  ranked: readonly T[],
  describe: (one: T) => SnapshotOperation,
): SnapshotOperation[] {
  const operations: SnapshotOperation[] = [];
  let bytes = 0;
  for (const one of ranked.slice(0, MAX_SNAPSHOT_OPERATIONS)) {
    const operation = describe(one);
    bytes += encoder.encode(JSON.stringify(operation)).byteLength + 1;
    if (bytes > MAX_LIST_BYTES) break;
    operations.push(operation);
  }
  return operations;
}

function rank(connection: WatchedConnection, nowMs: number): Ranked {
  const { up, down } = connection.flow.rates(nowMs);
  const { state, claim } = connection;
  // Who waits for a worker to start is served before those who have a place.
  const connectionId = connection.id;
  return { connection, connectionId, state, position: claim.position, rate: up + down };
}

type Order = Pick<SnapshotOperation, "state" | "position" | "rate" | "connectionId">;

function compare(a: Order, b: Order): number {
  return STATE_RANK[a.state] - STATE_RANK[b.state] || (a.position ?? 0) - (b.position ?? 0) ||
    b.rate - a.rate || a.connectionId - b.connectionId;
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
