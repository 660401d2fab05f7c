import { MAX_STAGED_BYTES } from "#protocol/limits.ts";
import type { TransferContext } from "../transfer_context.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { RateLimit } from "../rate_limit.ts";
import type { CallOptions, TransferOptions, TransferProgress, TransferResult } from "../types.ts";

/** Files up to this size travel together; larger ones on their own. */
export const SMALL_FILE_BYTES: number = MAX_STAGED_BYTES;

/** One file of a set. */
export interface FileJob {
  /** Where it is, or shall be, on this machine. */
  readonly localPath: string;
  /** Where it is, or shall be, on the server. */
  readonly remotePath: string;
  /** Its size, as far as known: small files go together, large ones on their own. */
  readonly sizeBytes: number;
}

/** How one file of a set ended. */
export type FileEnd =
  /** Moved, verified, durable and under its name; or skipped. */
  | { readonly kind: "done"; readonly result: TransferResult }
  | { readonly kind: "failed"; readonly error: unknown };

/** Options of a set of files. */
export interface FileSetOptions<J extends FileJob> extends CallOptions {
  /**
   * Connections that work on it at the same time.
   * @default 3
   */
  readonly atOnce?: number;
  /**
   * What to do when a name is taken; a function is asked once for each such file.
   * @default "error"
   */
  readonly onConflict?: TransferOptions["onConflict"];
  /**
   * Bytes per second for each connection, 0 for no limit; or a limit for all of them together, which
   * can be changed while they run.
   * @default 0
   */
  readonly limitRate?: number | RateLimit;
  /**
   * Whether unfinished transfers of larger files are continued.
   * @default true
   */
  readonly resume?: boolean;
  /**
   * Checksum over each whole file.
   * @default "xxh128"
   */
  readonly verify?: TransferOptions["verify"];
  /**
   * When bytes are compressed on their way.
   * @default "auto"
   */
  readonly compress?: TransferOptions["compress"];
  /** Told where a larger file stands. Small ones only end. */
  readonly onProgress?: (job: J, progress: TransferProgress) => void;
  /** Told once for each file, in the order of their ends. */
  readonly onEnd: (job: J, end: FileEnd) => void;
  /** Told when the connection of small files was lost and will be tried again. */
  readonly onRetry?: (waitMs: number, reason: SluiceError) => void;
}

/** Options of a set of downloads. */
export interface DownloadSetOptions<J extends FileJob> extends FileSetOptions<J> {
  /** Local folder that all files go below; small files wait in it, hidden, until they are whole. */
  readonly folder: string;
}

/** What the parts of one run over a set share. */
export interface SetRun<J extends FileJob> {
  readonly context: TransferContext;
  readonly options: FileSetOptions<J>;
  /** What is being done, for messages. */
  readonly act: string;
}

/** The result of a small file. It shares its time with others, so that is given as 0. */
export function smallResult(
  job: FileJob,
  end: Pick<TransferResult, "direction" | "outcome" | "sizeBytes"> & {
    readonly digest?: string | undefined;
    readonly localPath?: string;
    readonly remotePath?: string;
  },
): FileEnd {
  const { digest, ...rest } = end;
  const isSkipped = end.outcome === "skipped";
  return {
    kind: "done",
    result: {
      localPath: job.localPath,
      remotePath: job.remotePath,
      ...rest,
      ...(digest === undefined || isSkipped ? {} : { digest }),
      seconds: 0,
      resumedFromBytes: 0,
    },
  };
}
