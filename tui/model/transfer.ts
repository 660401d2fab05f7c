import type { TransferDirection, TransferProgress, TransferResult } from "#client/types.ts";

/**
 * What a transfer is doing, as the person sees it: `queued` waits for its turn in this program,
 * `running` has a connection or waits for one, `asking` waits for an answer to a conflict.
 */
export type TransferPhase =
  | "queued"
  | "running"
  | "asking"
  | "paused"
  | "done"
  | "skipped"
  | "failed"
  | "cancelled";

/** Bytes that were there at a moment. */
export interface RateSample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Files of a folder's transfer. */
export interface FileCount {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Whether more may still be found. */
  readonly isCounting: boolean;
}

/** One row of the transfers: a file, or a folder with all that it holds. */
export interface Transfer {
  /** Grows with each transfer. */
  readonly id: number;
  readonly direction: TransferDirection;
  readonly kind: "file" | "folder";
  /** As the file system has it: escape it before it is shown. */
  readonly name: string;
  readonly localPath: string;
  readonly remotePath: string;
  readonly phase: TransferPhase;
  /** What was asked of it and has not happened yet; its phase changes when it has. */
  readonly stopping: "pause" | "cancel" | undefined;
  /** Transfers that were asked for together: "the same for all" holds for these. */
  readonly batchId: number;
  /** The latest report; of a folder, its bytes over all files. */
  readonly progress: TransferProgress | undefined;
  /** Only of a folder. */
  readonly files: FileCount | undefined;
  /** Of the last seconds, oldest first: rate and time left come from these. */
  readonly samples: readonly RateSample[];
  /** Rates of the last seconds in bytes per second, oldest first, one for each second. */
  readonly sparkline: readonly number[];
  /** Bytes per second that it may use; 0 for no limit. */
  readonly limitRate: number;
  /** When the last byte moved, or when it began to run. */
  readonly lastByteAtMs: number;
  /** When the next try comes, in state `retrying`. */
  readonly retryAtMs: number | undefined;
  /** Only in phase `done` and `skipped`, of a file. */
  readonly result: TransferResult | undefined;
  /** Wall time from its first start to its end, in seconds; only when it ended. */
  readonly seconds: number | undefined;
  readonly startedAtMs: number | undefined;
  /** Only in phase `failed`. */
  readonly failure: string | undefined;
}

/** All transfers of this run. */
export interface TransferList {
  /** In the order of asking; ended ones stay until they are dismissed. */
  readonly rows: readonly Transfer[];
  /** Id of the row that keys act on. */
  readonly cursorId: number | undefined;
  /** First row in sight. */
  readonly top: number;
  /** How many may run at once. */
  readonly jobs: number;
  readonly nextId: number;
  /** Number of the next batch. */
  readonly nextBatchId: number;
  /** By batch: the answer to all its further conflicts, where the person chose "the same for all". */
  readonly standingAnswers: ReadonlyMap<number, "overwrite" | "rename" | "skip">;
}
