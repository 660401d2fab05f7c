import type { SluiceError } from "#protocol/sluice_error.ts";
import type { ConflictPolicy, DigestAlgorithm } from "#protocol/requests.ts";
import type { RateLimit } from "./rate_limit.ts";

/** Where a server listens. */
export interface ServerAddress {
  /** Name or address. */
  readonly hostname: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** How long a client keeps trying after a connection failed or was lost. */
export interface RetryOptions {
  /**
   * Tries in a row without any progress before it gives up.
   * @default 8
   */
  readonly attempts?: number;
  /**
   * First wait in ms; each following one doubles, with jitter, up to `mostWaitMs`.
   * @default 250
   */
  readonly firstWaitMs?: number;
  /**
   * Longest wait in ms.
   * @default 10_000
   */
  readonly mostWaitMs?: number;
  /**
   * Whether a server that was never reached is waited for too; it most likely is not running.
   * @default false
   */
  readonly waitsForServer?: boolean;
}

/** Options of a client. */
export interface SluiceClientOptions {
  /**
   * Where the server is.
   * @default `127.0.0.1:9999`
   */
  readonly server?: ServerAddress;
  /**
   * Connections that may be open at once; each transfer uses one.
   * @default 3
   */
  readonly connections?: number;
  /**
   * Deadline for connecting and the hello, in ms.
   * @default 10_000
   */
  readonly connectTimeoutMs?: number;
  /**
   * Longest silence of the server while a reply is due, in ms.
   * @default 60_000
   */
  readonly replyTimeoutMs?: number;
  /** How long it keeps trying. */
  readonly retry?: RetryOptions;
}

/** Options of any call that waits. */
export interface CallOptions {
  /** Ends the call with `cancelled`, also while it waits. */
  readonly signal?: AbortSignal;
}

/** Which way a transfer goes, seen from the client. */
export type TransferDirection = "upload" | "download";

/** What a transfer is doing. */
export type TransferState =
  /** Waits for a free connection of this client. */
  | "waiting"
  | "connecting"
  /** Waits for a worker of the server. */
  | "queued"
  /** Compares what both sides already have. */
  | "checking"
  | "moving"
  /** All bytes are across; verifying, fsync, publishing. */
  | "finishing"
  /** The connection was lost; the next try comes by itself. */
  | "retrying";

/** Where a transfer stands. Reported at most every 50 ms, and at each change of state. */
export interface TransferProgress {
  /** What it is doing. */
  readonly state: TransferState;
  /** Bytes that are safe on the receiving side, counted from the start of the file. */
  readonly doneBytes: number;
  /** Size of the file. */
  readonly totalBytes: number;
  /** Bytes that were there already when it began. */
  readonly resumedFromBytes: number;
  /** Place in the server's queue, in state `queued`. */
  readonly queuePosition?: number;
  /** Until the next try, in state `retrying`. */
  readonly retryInMs?: number;
  /** Why the connection was lost, in state `retrying`. */
  readonly reason?: SluiceError;
}

/** A name that is taken at the receiving side. */
export interface Conflict {
  /** Which way. */
  readonly direction: TransferDirection;
  /** The name as the person knows it: a remote path for uploads, a local one for downloads. */
  readonly name: string;
}

/** Options of one transfer. */
export interface TransferOptions extends CallOptions {
  /**
   * What to do when the name is taken; a function is asked at most once per transfer.
   * @default "error"
   */
  readonly onConflict?: ConflictPolicy | ((conflict: Conflict) => Promise<ConflictPolicy>);
  /**
   * Bytes per second that this transfer may use, 0 for no limit; or a limit that can be changed while
   * it runs, and that transfers may share.
   * @default 0
   */
  readonly limitRate?: number | RateLimit;
  /**
   * Whether an unfinished transfer of the same file is continued.
   * @default true
   */
  readonly resume?: boolean;
  /**
   * Checksum over the whole file.
   * @default "xxh128"
   */
  readonly verify?: DigestAlgorithm;
  /** Called with each report. */
  readonly onProgress?: (progress: TransferProgress) => void;
}

/** A finished transfer. */
export interface TransferResult {
  /** Which way. */
  readonly direction: TransferDirection;
  /** What became of the name. */
  readonly outcome: "created" | "replaced" | "skipped";
  /** Remote path. For an upload: where it was published, also after the policy `rename`. */
  readonly remotePath: string;
  /** Local path. For a download: where it was published. */
  readonly localPath: string;
  /** Size of the whole file. */
  readonly sizeBytes: number;
  /** `algorithm:hex`; absent when skipped. */
  readonly digest?: string;
  /** Wall time from start to published. */
  readonly seconds: number;
  /** Bytes that were there already when it began. */
  readonly resumedFromBytes: number;
}

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

/** A server's live state at one instant. */
export interface Snapshot {
  /** Program and version. */
  readonly agent: string;
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
