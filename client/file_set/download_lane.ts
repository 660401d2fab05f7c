import { basename } from "node:path";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort, throwIfAborted } from "../abort.ts";
import { errorCode } from "../local_errors.ts";
import { checkLocalName } from "../local_name.ts";
import { Pacer } from "../pacer.ts";
import { takenError } from "../publish_download.ts";
import { retryTransfer } from "../retry_transfer.ts";
import type { BatchPublisher } from "./batch_publisher.ts";
import { DownloadSession } from "./download_session.ts";
import { type FileEnd, type FileJob, type SetRun, smallResult } from "./file_job.ts";
import { type IncomingFolder, isIncomingName } from "./incoming_folder.ts";
import type { JobQueue } from "./job_queue.ts";
import { createSmallDigest, type SmallDigest } from "./small_digest.ts";
import type { TargetFolders } from "./target_folders.ts";

/** One small file on its way from the server. */
export interface SmallDownload<J extends FileJob> {
  readonly job: J;
  readonly path: RemotePath;
}

/** What the lanes of one set of downloads share. */
export interface DownloadRun<J extends FileJob> extends SetRun<J> {
  readonly incoming: IncomingFolder;
  readonly publisher: BatchPublisher;
  readonly folders: TargetFolders;
}

/** Fetches small files over one connection at a time, many asked for ahead. */
export class DownloadLane<J extends FileJob> {
  readonly #run: DownloadRun<J>;
  readonly #queue: JobQueue<J>;
  readonly #pacer: Pacer;
  /** Asked for and not received: what a lost connection leaves is asked for again. */
  readonly #open = new Set<SmallDownload<J>>();
  #receivedFiles = 0;

  /**
   * @param run What the lanes share.
   * @param queue Where the files come from.
   */
  constructor(run: DownloadRun<J>, queue: JobQueue<J>) {
    this.#run = run;
    this.#queue = queue;
    this.#pacer = new Pacer(run.options.limitRate ?? 0);
  }

  /**
   * Fetches until the queue has no small file any more. What has arrived gets its name later.
   *
   * @throws {SluiceError} When the server is lost for good; {@linkcode abandon} ends what is left.
   */
  async run(): Promise<void> {
    const { context, options } = this.#run;
    const digestOf = await createSmallDigest(options.verify ?? "xxh128");
    await retryTransfer({
      context,
      signal: options.signal,
      doneBytes: () => this.#receivedFiles,
      onWait: (waitMs, reason) => options.onRetry?.(waitMs, reason),
    }, () => this.#session(digestOf));
  }

  /** Ends all files that this lane has taken. */
  abandon(error: unknown): void {
    for (const download of [...this.#open]) this.fail(download, error);
  }

  /** A file has come to a bad end. */
  fail(download: SmallDownload<J>, error: unknown): void {
    if (this.#open.delete(download)) this.#end(download.job, { kind: "failed", error });
  }

  /** A file has to go on its own. */
  endAsLarge(download: SmallDownload<J>): void {
    if (this.#open.delete(download)) this.#queue.putLarge(download.job);
  }

  /** A file is whole and verified. */
  receive(
    download: SmallDownload<J>,
    file: { readonly bytes: Uint8Array; readonly modifiedAtMs: number; readonly digest: string },
  ): void {
    if (!this.#open.delete(download)) return;
    this.#receivedFiles++;
    const { job } = download;
    const { bytes: { byteLength: sizeBytes }, digest } = file;
    try {
      this.#run.publisher.add({
        localPath: job.localPath,
        partPath: this.#run.incoming.write(file.bytes, file.modifiedAtMs),
        onPublished: ({ outcome, path: localPath }) => {
          const end = { direction: "download", outcome, localPath, sizeBytes, digest } as const;
          this.#end(job, smallResult(job, end));
        },
        onFailed: (error) => this.#conflictOrFail(job, error),
      });
    } catch (error) {
      this.#end(job, { kind: "failed", error });
    }
  }

  async #session(digestOf: SmallDigest): Promise<void> {
    const { context, options, act } = this.#run;
    using lease = await context.pool.lease({ act, signal: options.signal });
    const { connection } = lease;
    const pacer = this.#pacer;
    if (pacer.mayLimit) connection.intake = { pacer, onTaken: () => {} };
    using _watch = onAbort(options.signal, () => {
      connection.close(cancelledError(act, options.signal));
    });
    const again = [...this.#open];
    await new DownloadSession(connection, {
      lane: this,
      algorithm: options.verify ?? "xxh128",
      compress: options.compress,
      digestOf,
      next: () => again.shift() ?? this.#take(),
      isDry: () => this.#queue.isOver || this.#queue.hasLarge,
      changed: () => this.#queue.changed,
    }).run();
    throwIfAborted(options.signal, act);
  }

  #take(): SmallDownload<J> | undefined {
    for (;;) {
      const job = this.#queue.takeSmall();
      if (job === undefined) return undefined;
      try {
        const path = parseRemotePath(job.remotePath);
        if (this.#prepare(job)) {
          const download = { job, path };
          this.#open.add(download);
          return download;
        }
        const end = { direction: "download", outcome: "skipped", sizeBytes: 0 } as const;
        this.#end(job, smallResult(job, end));
      } catch (error) {
        this.#conflictOrFail(job, error);
      }
    }
  }

  /** Settles before any byte moves what can be settled. Says whether the file is wanted. */
  #prepare(job: J): boolean {
    const { folders, options } = this.#run;
    const { localPath } = job;
    checkLocalName(basename(localPath));
    if (localPath.includes(".sluice-incoming-") && localPath.split(/[/\\]/).some(isIncomingName)) {
      throw new SluiceError("invalid_name", `Cannot write "${localPath}": the name is reserved`);
    }
    folders.makeFor(localPath);
    const policy = options.onConflict ?? "error";
    if (policy === "overwrite" || policy === "rename" || !folders.isTaken(localPath)) return true;
    if (policy === "skip") return false;
    throw takenError(job.localPath);
  }

  #conflictOrFail(job: J, error: unknown): void {
    const isConflict = error instanceof SluiceError && error.code === "already_exists";
    const isAsked = isConflict && typeof this.#run.options.onConflict === "function";
    if (isAsked || isOtherFileSystem(error)) this.#queue.putLarge(job);
    else this.#end(job, { kind: "failed", error });
  }

  #end(job: J, end: FileEnd): void {
    this.#run.options.onEnd(job, end);
  }
}

/** A folder of the tree is a mount point: nothing can be moved into it in one step from outside. */
function isOtherFileSystem(error: unknown): boolean {
  return error instanceof SluiceError && errorCode(error.cause) === "EXDEV";
}
