import { SluiceError } from "#protocol/sluice_error.ts";
import { downloadFile, makeLocalFolder } from "../download.ts";
import type { TransferContext } from "../transfer_context.ts";
import type { TransferOptions, TransferResult } from "../types.ts";
import { uploadFile } from "../upload.ts";
import { throwIfAborted } from "../abort.ts";
import { BatchPublisher } from "./batch_publisher.ts";
import { DownloadLane } from "./download_lane.ts";
import type { DownloadSetOptions, FileJob, FileSetOptions, SetRun } from "./file_job.ts";
import { IncomingFolder } from "./incoming_folder.ts";
import { JobQueue } from "./job_queue.ts";
import { TargetFolders } from "./target_folders.ts";
import { UploadLane } from "./upload_lane.ts";

const DEFAULT_AT_ONCE = 3;
/** The server is gone: what is left would only wait for it once more, file by file. */
const LOST = new Set(["unreachable", "timeout", "stopping"]);

/** A way for small files. */
interface Lane {
  run(): Promise<void>;
  abandon(error: unknown): void;
}

/** What differs between up and down. */
interface SetKind<J extends FileJob> {
  makeLane(queue: JobQueue<J>): Lane;
  transfer(job: J, options: TransferOptions): Promise<TransferResult>;
}

/**
 * Uploads a set of files: small ones many at a time over each connection, larger ones one by one.
 *
 * @param context What the client's transfers share.
 * @param files The files, found while earlier ones are under way.
 * @param options How; each file's end is told.
 * @throws {SluiceError} `cancelled`; or what `files` throws.
 */
export async function uploadFiles<J extends FileJob>(
  context: TransferContext,
  files: AsyncIterable<J> | Iterable<J>,
  options: FileSetOptions<J>,
): Promise<void> {
  const run: SetRun<J> = { context, options, act: "upload files" };
  await runSet(run, files, {
    makeLane: (queue) => new UploadLane(run, queue),
    transfer: (job, how) => uploadFile(context, job.localPath, job.remotePath, how),
  });
}

/**
 * Downloads a set of files: small ones many at a time over each connection, larger ones one by one.
 *
 * @param context What the client's transfers share.
 * @param files The files, found while earlier ones are under way.
 * @param options How, and below which folder; each file's end is told.
 * @throws {SluiceError} `cancelled`; or what `files` throws.
 */
export async function downloadFiles<J extends FileJob>(
  context: TransferContext,
  files: AsyncIterable<J> | Iterable<J>,
  options: DownloadSetOptions<J>,
): Promise<void> {
  await makeLocalFolder(options.folder);
  const policy = typeof options.onConflict === "function" ? "error" : options.onConflict ?? "error";
  await using incoming = await IncomingFolder.open(options.folder);
  const publisher = new BatchPublisher(incoming, policy);
  const run = { context, options, act: "download files", incoming, publisher };
  const folders = new TargetFolders();
  try {
    await runSet(run, files, {
      makeLane: (queue) => new DownloadLane({ ...run, folders }, queue),
      transfer: (job, how) => downloadFile(context, job.remotePath, job.localPath, how),
      finish: () => publisher.drain(),
    });
  } finally {
    // What has arrived whole is worth its name, also when the rest was cancelled.
    await publisher.drain();
  }
}

async function runSet<J extends FileJob>(
  run: SetRun<J>,
  files: AsyncIterable<J> | Iterable<J>,
  kind: SetKind<J> & { readonly finish?: () => Promise<void> },
): Promise<void> {
  await using queue = new JobQueue(files);
  const runners = new Runners(run, queue, kind);
  const count = run.options.atOnce ?? DEFAULT_AT_ONCE;
  do {
    const ends = await Promise.allSettled(Array.from({ length: count }, () => runners.work()));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    await kind.finish?.();
    // Publishing may have found names that are taken, which are asked about one by one.
  } while (queue.hasLarge);
  await queue.ended;
}

/** Works through a queue. */
class Runners<J extends FileJob> {
  readonly #run: SetRun<J>;
  readonly #queue: JobQueue<J>;
  readonly #kind: SetKind<J>;
  #lost: unknown;

  constructor(run: SetRun<J>, queue: JobQueue<J>, kind: SetKind<J>) {
    this.#run = run;
    this.#queue = queue;
    this.#kind = kind;
  }

  async work(): Promise<void> {
    const { options, act } = this.#run;
    for (;;) {
      throwIfAborted(options.signal, act);
      if (this.#lost !== undefined) this.#failRest();
      const large = this.#queue.takeLarge();
      if (large !== undefined) await this.#transfer(large);
      else if (this.#queue.hasSmall) await this.#runLane();
      else if (this.#queue.isOver) return;
      else await this.#queue.changed;
    }
  }

  async #transfer(job: J): Promise<void> {
    const { onConflict, limitRate, resume, verify, compress, signal, onProgress, onEnd } =
      this.#run.options;
    try {
      const result = await this.#kind.transfer(job, {
        onConflict: onConflict ?? "error",
        limitRate: limitRate ?? 0,
        resume: resume ?? true,
        verify: verify ?? "xxh128",
        compress: compress ?? "auto",
        ...(signal === undefined ? {} : { signal }),
        onProgress: (progress) => onProgress?.(job, progress),
      });
      onEnd(job, { kind: "done", result });
    } catch (error) {
      this.#noteLoss(error);
      onEnd(job, { kind: "failed", error });
    }
  }

  async #runLane(): Promise<void> {
    const lane = this.#kind.makeLane(this.#queue);
    try {
      await lane.run();
    } catch (error) {
      throwIfAborted(this.#run.options.signal, this.#run.act);
      this.#noteLoss(error);
      lane.abandon(error);
    }
  }

  #noteLoss(error: unknown): void {
    if (error instanceof SluiceError && LOST.has(error.code)) this.#lost = error;
  }

  #failRest(): void {
    for (;;) {
      const job = this.#queue.takeSmall() ?? this.#queue.takeLarge();
      if (job === undefined) return;
      this.#run.options.onEnd(job, { kind: "failed", error: this.#lost });
    }
  }
}
