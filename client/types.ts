import type { CompressionMode } from "#protocol/compression_mode.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { ConflictPolicy, DigestAlgorithm } from "#protocol/requests.ts";
import type { RateLimit } from "./rate_limit.ts";
import type { TokenKeeper } from "./token_keeper.ts";

/** Whom a client believes that a server is the one that is meant. */
export interface TlsTrust {
  /** Certificates in PEM that are trusted, too: the server's own, or of who signed it. */
  readonly ca?: string;
}

/** Where a server listens. */
export interface ServerAddress {
  /** Name or address. */
  readonly hostname: string;
  /** 1 to 65535. */
  readonly port: number;
  /**
   * Encrypts the connection (TLS), and whom to trust; `{}` for those whom the runtime trusts.
   * @default none: bytes travel in the clear
   */
  readonly tls?: TlsTrust;
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
  /**
   * Access token, for a server that asks for one; or what keeps one for several clients, and asks a
   * person for it.
   */
  readonly token?: string | TokenKeeper;
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
  /**
   * Bytes that are across, counted from the start of the file; the last report of a transfer that ends
   * early counts no more than those that are kept.
   */
  readonly doneBytes: number;
  /** Size of the file. */
  readonly totalBytes: number;
  /** Bytes that were there already when it began. */
  readonly resumedFromBytes: number;
  /** Of an upload: its session on the server, once there is one that can be continued or discarded. */
  readonly session?: string;
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
  /** What would take it: a local path for uploads, a remote one for downloads. */
  readonly source: string;
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
  /**
   * When the bytes are compressed on their way: `auto` where that is faster, as far as the line and the file
   * show; `on` wherever it saves bytes. A server may decline.
   * @default "auto"
   */
  readonly compress?: CompressionMode;
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
  /**
   * Bytes that travelled for its content, fewer than there are when they were compressed. Absent when it was
   * skipped, and for small files that travelled together.
   */
  readonly wireBytes?: number;
}
