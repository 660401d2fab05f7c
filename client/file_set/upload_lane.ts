import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { cancelledError, onAbort, throwIfAborted } from "../abort.ts";
import type { Connection } from "../connection.ts";
import { findPublished } from "../find_published.ts";
import { Pacer } from "../pacer.ts";
import { retryTransfer } from "../retry_transfer.ts";
import { type FileEnd, type FileJob, type SetRun, smallResult } from "./file_job.ts";
import type { JobQueue } from "./job_queue.ts";
import { createSmallDigest, type SmallDigest } from "./small_digest.ts";
import { UploadSession } from "./upload_session.ts";

/** Lost answers that are looked into at the same time. */
const CHECKS_AT_ONCE = 32;
/** How long a cancelled lane may take to publish what the server has. */
const LET_GO_MS = 2000;

/** One small file on its way to the server. */
export interface SmallUpload<J extends FileJob> {
  readonly job: J;
  readonly path: RemotePath;
  /** Known once it was sent. */
  digest: string;
  sizeBytes: number;
  /** Whether it may have been published although nobody could say so. */
  isInDoubt: boolean;
  /** Times that its bytes were damaged on the way. */
  damages: number;
}

/** Sends small files over one connection at a time, many in flight. */
export class UploadLane<J extends FileJob> {
  readonly #run: SetRun<J>;
  readonly #queue: JobQueue<J>;
  readonly #pacer: Pacer;
  /** Taken from the queue and not ended: what a lost connection leaves is sent again. */
  readonly #open = new Set<SmallUpload<J>>();
  #endedFiles = 0;

  /**
   * @param run What the lanes share.
   * @param queue Where the files come from.
   */
  constructor(run: SetRun<J>, queue: JobQueue<J>) {
    this.#run = run;
    this.#queue = queue;
    this.#pacer = new Pacer(run.options.limitRate ?? 0);
  }

  /**
   * Sends until the queue has no small file any more.
   *
   * @throws {SluiceError} When the server is lost for good; {@linkcode abandon} ends what is left.
   */
  async run(): Promise<void> {
    const { context, options } = this.#run;
    const digestOf = await createSmallDigest(options.verify ?? "xxh128");
    await retryTransfer({
      context,
      signal: options.signal,
      doneBytes: () => this.#endedFiles,
      onWait: (waitMs, reason) => options.onRetry?.(waitMs, reason),
    }, () => this.#session(digestOf));
  }

  /** Ends all files that this lane has taken. */
  abandon(error: unknown): void {
    for (const upload of [...this.#open]) this.end(upload, { kind: "failed", error });
  }

  /** A file has come to its end. */
  end(upload: SmallUpload<J>, end: FileEnd): void {
    if (!this.#open.delete(upload)) return;
    this.#endedFiles++;
    this.#run.options.onEnd(upload.job, end);
  }

  /** A file has to go on its own. */
  endAsLarge(upload: SmallUpload<J>): void {
    if (this.#open.delete(upload)) this.#queue.putLarge(upload.job);
  }

  async #session(digestOf: SmallDigest): Promise<void> {
    const { context, options, act } = this.#run;
    using lease = await context.pool.lease({ act, signal: options.signal });
    const { connection } = lease;
    let timer: ReturnType<typeof setTimeout> | undefined;
    using _watch = onAbort(options.signal, () => {
      timer = setTimeout(() => connection.close(cancelledError(act, options.signal)), LET_GO_MS);
    });
    try {
      await this.#settleDoubts(connection);
      const again = [...this.#open];
      await new UploadSession(connection, {
        lane: this,
        options,
        pacer: this.#pacer,
        digestOf,
        next: () => options.signal?.aborted ? undefined : again.shift() ?? this.#take(),
        isDry: () => options.signal?.aborted || this.#queue.isOver || this.#queue.hasLarge,
        changed: () => this.#queue.changed,
      }).run();
    } finally {
      clearTimeout(timer);
    }
    throwIfAborted(options.signal, act);
  }

  #take(): SmallUpload<J> | undefined {
    for (;;) {
      const job = this.#queue.takeSmall();
      if (job === undefined) return undefined;
      try {
        const path = parseRemotePath(job.remotePath);
        const upload = { job, path, digest: "", sizeBytes: 0, isInDoubt: false, damages: 0 };
        this.#open.add(upload);
        return upload;
      } catch (error) {
        this.#run.options.onEnd(job, { kind: "failed", error });
      }
    }
  }

  /** The last connection may have been lost behind PUBLISH: then files may be there already. */
  async #settleDoubts(connection: Connection): Promise<void> {
    const doubtful = [...this.#open].filter(({ isInDoubt }) => isInDoubt);
    for (let at = 0; at < doubtful.length; at += CHECKS_AT_ONCE) {
      const some = doubtful.slice(at, at + CHECKS_AT_ONCE);
      await Promise.all(some.map((upload) => this.#settle(connection, upload)));
    }
  }

  async #settle(connection: Connection, upload: SmallUpload<J>): Promise<void> {
    const { verify = "xxh128", signal } = this.#run.options;
    const { job, path, sizeBytes, digest } = upload;
    const wanted = { path, sizeBytes, algorithm: verify, digest, signal };
    const published = await findPublished(connection, wanted);
    upload.isInDoubt = false;
    if (published === undefined) return;
    const direction = "upload";
    this.end(upload, smallResult(job, { direction, outcome: "created", sizeBytes, digest }));
  }
}
