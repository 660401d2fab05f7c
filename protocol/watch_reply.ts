import * as v from "valibot";
import { MAX_SNAPSHOT_OPERATIONS } from "./limits.ts";

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const text = (most: number): v.GenericSchema<string> => v.pipe(v.string(), v.maxLength(most));

/** What flowed in both directions, seen from the clients. */
export interface Flow {
  /** To the server. */
  readonly up: number;
  /** From the server. */
  readonly down: number;
}

/** What a connection does. */
export type OperationState = "working" | "waiting" | "watching" | "idle";

/** One connection of a server, as a snapshot shows it. */
export interface SnapshotOperation {
  /** Number of the connection, as in the server's log. */
  readonly connectionId: number;
  /** Address of the client. */
  readonly peer: string;
  /** How long the connection has been open. */
  readonly secondsOpen: number;
  /** Number of its worker; a connection keeps one for a short while after its last request. */
  readonly worker?: number | undefined;
  /** `working` on a request, `waiting` for a worker, `watching` and nothing else, or `idle`. */
  readonly state: OperationState;
  /** Place in the queue, from 1; absent while a worker is being started for it. */
  readonly position?: number | undefined;
  /** What it works on: `upload`, `download`, `list`, `search`, `checksum`, `archive` and so on. */
  readonly operation?: string | undefined;
  /** Remote path that the operation is about. It may hold anything: escape it before it is shown. */
  readonly path?: string | undefined;
  /** How far the operation is, counted from the start of the file. */
  readonly doneBytes?: number | undefined;
  /** Where `doneBytes` will end, when that is known. */
  readonly totalBytes?: number | undefined;
  /** Bytes per second that flow over the connection in both directions. */
  readonly rate: number;
}

/** The processes of a server that runs several on one port. */
export interface ServerProcesses {
  /** Number of the one that gave the answer, from 1. */
  readonly answeredBy: number;
  /** How many are there now; the counts of an answer are those of all of them together. */
  readonly running: number;
  /** How many there should be. */
  readonly count: number;
}

/** A server's live state at one instant. */
export interface Snapshot {
  /** Program and version. */
  readonly agent: string;
  /** What tells this server from others that serve the same folder; absent when it serves alone. */
  readonly serverName?: string | undefined;
  /** Absent when the server is one process. */
  readonly processes?: ServerProcesses | undefined;
  /** Time since the server started, in s. */
  readonly uptimeSeconds: number;
  /** Number of this picture; it grows from one to the next, with gaps. */
  readonly sequence: number;
  /** Open connections, and the most there may be. */
  readonly connections: { readonly open: number; readonly max: number };
  /** Workers that serve a connection, that wait for one, and the most there may be. */
  readonly workers: { readonly leased: number; readonly idle: number; readonly limit: number };
  /** Connections that wait for a worker. */
  readonly waiting: number;
  /** Connections that are being served. */
  readonly transfers: number;
  /** The server's limits on flow; rates in bytes per second, 0 for none. */
  readonly throttle: {
    readonly chunkBytes: number;
    readonly chunkDelayMs: number;
    readonly rate: number;
    readonly ratePerConnection: number;
  };
  /** Bytes since the server started. */
  readonly bytes: Flow;
  /** Bytes per second over the last one or two seconds. */
  readonly rates: Flow;
  /** Goes up when a name in the tree appeared, vanished or got another content. */
  readonly changes: number;
  /** Goes up with each record of the history. */
  readonly historyRecords: number;
  /**
   * Connections: first those that work, the fastest first, then those that wait, in the order of
   * their places, then the others. At most 200, and fewer when their paths are very long.
   */
  readonly operations: readonly SnapshotOperation[];
}

const flow = v.object({ up: amount, down: amount });

/** Who answered, of several servers of one folder and several processes of one server. */
export const answererEntries = {
  serverName: v.optional(text(100)),
  processes: v.optional(v.object({ answeredBy: size, running: size, count: size })),
};

/** Connections of a snapshot. */
export const OperationsSchema: v.GenericSchema<unknown, readonly SnapshotOperation[]> = v.pipe(
  v.array(v.object({
    connectionId: size,
    peer: text(200),
    secondsOpen: amount,
    worker: v.optional(size),
    state: v.picklist(["working", "waiting", "watching", "idle"]),
    position: v.optional(size),
    operation: v.optional(text(100)),
    path: v.optional(text(4096)),
    doneBytes: v.optional(size),
    totalBytes: v.optional(size),
    rate: amount,
  })),
  v.maxLength(MAX_SNAPSHOT_OPERATIONS),
);

/** SNAPSHOT: the server's live state, in answer to WATCH. */
export const SnapshotSchema: v.GenericSchema<unknown, Snapshot> = v.object({
  agent: text(200),
  ...answererEntries,
  uptimeSeconds: amount,
  sequence: size,
  connections: v.object({ open: size, max: size }),
  workers: v.object({ leased: size, idle: size, limit: size }),
  waiting: size,
  transfers: size,
  throttle: v.object({
    chunkBytes: size,
    chunkDelayMs: amount,
    rate: size,
    ratePerConnection: size,
  }),
  bytes: flow,
  rates: flow,
  changes: size,
  historyRecords: size,
  operations: OperationsSchema,
});
