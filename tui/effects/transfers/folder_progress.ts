import type { TransferProgress } from "#client/types.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { FileCount } from "../../model/transfer.ts";
import type { TransferJob } from "./transfer_job.ts";
import { noteUnfinished } from "./unfinished_file.ts";

/** One file of a folder. */
export interface FolderFile {
  readonly localPath: string;
  readonly remotePath: string;
  readonly sizeBytes: number;
}

/** Adds up what becomes of a folder's files, and reports it as one transfer. */
export class FolderProgress {
  readonly #job: TransferJob;
  readonly #underWay = new Map<FolderFile, TransferProgress>();
  /** Set while nothing moves because the connection was lost. */
  #waiting: Pick<TransferProgress, "state" | "retryInMs" | "reason"> | undefined;
  #doneFiles = 0;
  #doneBytes = 0;
  #resumedFromBytes = 0;
  #totalFiles = 0;
  #totalBytes = 0;
  #failed = 0;
  #firstFailure: unknown;
  #isCounting = true;

  /** @param job The folder's transfer. */
  constructor(job: TransferJob) {
    this.#job = job;
    this.#doneFiles = job.memory.done.size;
    for (const bytes of job.memory.done.values()) this.#doneBytes += bytes;
    this.#resumedFromBytes = this.#doneBytes;
  }

  /** Files so far. */
  get files(): FileCount {
    return {
      done: this.#doneFiles,
      failed: this.#failed,
      total: Math.max(this.#totalFiles, this.#doneFiles + this.#failed),
      isCounting: this.#isCounting,
    };
  }

  /** Why the first file failed, when one did. */
  get firstFailure(): unknown {
    return this.#firstFailure;
  }

  /** A file was found; it may be done since an earlier run. */
  found(file: FolderFile): void {
    this.#totalFiles++;
    this.#totalBytes += file.sizeBytes;
    this.#report();
  }

  /** All files were found. */
  counted(): void {
    this.#isCounting = false;
    this.#report();
  }

  /** The folder is looked through once more from its beginning. */
  startOver(): void {
    this.#underWay.clear();
    this.#totalFiles = 0;
    this.#totalBytes = 0;
    this.#failed = 0;
    this.#firstFailure = undefined;
    this.#isCounting = true;
  }

  /** A larger file has come further. */
  moved(file: FolderFile, progress: TransferProgress): void {
    const { state, retryInMs, reason } = progress;
    this.#waiting = state !== "retrying" || retryInMs === undefined || reason === undefined
      ? undefined
      : { state, retryInMs, reason };
    this.#underWay.set(file, progress);
    const { memory, transfer } = this.#job;
    noteUnfinished(memory.unfinished, transfer.direction, file, progress);
    this.#report();
  }

  /** The connection was lost, and will be tried again. */
  waits(retryInMs: number, reason: SluiceError): void {
    this.#waiting = { state: "retrying", retryInMs, reason };
    this.#report();
  }

  /** A file is done. */
  done(file: FolderFile, sizeBytes: number): void {
    this.#waiting = undefined;
    this.#underWay.delete(file);
    this.#job.memory.unfinished.delete(file.remotePath);
    this.#job.memory.done.set(file.remotePath, sizeBytes);
    this.#doneFiles++;
    this.#doneBytes += sizeBytes;
    this.#report();
  }

  /** A file, or a folder, failed. */
  failed(file: FolderFile | undefined, error: unknown): void {
    if (file !== undefined) this.#underWay.delete(file);
    else this.#totalFiles++;
    this.#failed++;
    this.#firstFailure ??= error;
    this.#report();
  }

  #report(): void {
    let doneBytes = this.#doneBytes;
    for (const progress of this.#underWay.values()) doneBytes += progress.doneBytes;
    this.#job.report({
      state: "moving",
      doneBytes,
      totalBytes: Math.max(this.#totalBytes, doneBytes),
      resumedFromBytes: this.#resumedFromBytes,
      ...this.#waiting,
    }, this.files);
  }
}
