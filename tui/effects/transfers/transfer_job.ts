import type { RateLimit } from "#client/rate_limit.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import type { ServerReach } from "./patience.ts";
import type { Conflict, TransferProgress, TransferResult } from "#client/types.ts";
import type { FileCount, Transfer } from "../../model/transfer.ts";
import type { UnfinishedFile } from "./unfinished_file.ts";

/** What is remembered of a transfer while it is paused, so that it goes on where it was. */
export interface TransferMemory {
  /** Answers to conflicts, by name: nobody is asked twice. */
  readonly answers: Map<string, ConflictPolicy>;
  /** Remote paths of a folder's files that are done, and their sizes. */
  readonly done: Map<string, number>;
  /** Files that were begun and are not done, by remote path. */
  readonly unfinished: Map<string, UnfinishedFile>;
}

/** A transfer that runs, as those see it who move its bytes. */
export interface TransferJob {
  readonly server: ServerReach;
  readonly transfer: Transfer;
  readonly memory: TransferMemory;
  readonly limit: RateLimit;
  /** Ends it; what was moved is kept. */
  readonly signal: AbortSignal;
  /** Asks the person; rejects when the transfer is stopped meanwhile. */
  readonly ask: (conflict: Conflict) => Promise<ConflictPolicy>;
  readonly report: (progress: TransferProgress, files: FileCount | undefined) => void;
}

/** What came of a transfer that ended by itself. */
export interface TransferOutcome {
  /** Only of a file. */
  readonly result: TransferResult | undefined;
  /** Only of a folder. */
  readonly files: FileCount | undefined;
}
