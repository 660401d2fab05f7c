import { errorCodeFromWire } from "#protocol/error_code.ts";
import { FrameType } from "#protocol/frame.ts";
import { MAX_STAGED_BYTES, MAX_STAGED_UPLOADS } from "#protocol/limits.ts";
import {
  type PublishResult,
  PublishResultSchema,
  type PutResult,
  PutResultSchema,
} from "#protocol/replies.ts";
import type { PutInput } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { Connection } from "../connection.ts";
import { peerError } from "../connection_errors.ts";
import { decodeReply } from "../decode_reply.ts";
import { agreeOnCompression, likelyRate } from "../make_packer.ts";
import type { Pacer } from "../pacer.ts";
import type { TransferResult } from "../types.ts";
import { type FileEnd, type FileJob, type FileSetOptions, smallResult } from "./file_job.ts";
import { FLUSH_BYTES, FrameBuffer } from "./frame_buffer.ts";
import { readSmallFile, type SmallFile } from "./read_small_file.ts";
import { RequestTaker } from "./request_taker.ts";
import type { SmallDigest } from "./small_digest.ts";
import type { SmallUpload } from "./upload_lane.ts";

/** Batches that may wait for their publication while the next one is sent. */
const MOST_PUBLISHING = 2;
/** The answer to PUBLISH names every path up to three times and is at most 1 MiB long. */
const MOST_PATH_BYTES = 128 * 1024;
/** Files of the first batch, and bytes. The next ones hold more or fewer, by how long each takes. */
const FIRST_BATCH_FILES = 256;
const FIRST_BATCH_BYTES = 1024 * 1024;
const LEAST_BATCH_FILES = 16;
const MOST_BATCH_BYTES = MAX_STAGED_UPLOADS * MAX_STAGED_BYTES;
/** How long a batch should take at most, so that an interruption costs little on a slow line. */
const GOOD_BATCH_MS = 1000;
/** The first write; each following one may be twice as large, so that a slow start shows early. */
const FIRST_FLUSH_BYTES = 16 * 1024;
/** Measured: small files are compressed at 140 MB/s, and their lines are faster than this only unlimited. */
const MOST_PACKED_RATE = 50e6;
/** Times that a file is sent again because its bytes were damaged on the way. */
const MOST_DAMAGES = 1;

/** Where the files of a session come from and go to. */
export interface UploadFeed<J extends FileJob> {
  readonly lane: {
    end(upload: SmallUpload<J>, end: FileEnd): void;
    endAsLarge(upload: SmallUpload<J>): void;
  };
  readonly options: FileSetOptions<J>;
  readonly pacer: Pacer;
  readonly digestOf: SmallDigest;
  /** The next file, if there is one now. */
  next(): SmallUpload<J> | undefined;
  /** Whether it is not worth waiting for more. */
  isDry(): boolean;
  /** Settles when that may have changed. */
  changed(): Promise<void>;
}

/** Uploads that get their names together. */
interface Batch<J extends FileJob> {
  /** Verified by the server, in the order of their COMMITs. */
  readonly staged: SmallUpload<J>[];
  /** All that were sent, also those that came to an end before. */
  readonly sent: SmallUpload<J>[];
  bytes: number;
  pathBytes: number;
  readonly begunAtMs: number;
}

/**
 * Small uploads over one connection (docs/protocol.md §6.13): PUT, DATA and COMMIT of many files go out
 * in one write, and PUBLISH gives them their names a batch at a time.
 */
export class UploadSession<J extends FileJob> {
  readonly #connection: Connection;
  readonly #feed: UploadFeed<J>;
  readonly #frames = new FrameBuffer();
  readonly #broken = Promise.withResolvers<never>();
  readonly #again: SmallUpload<J>[] = [];
  readonly #publishing = new Set<Promise<void>>();
  #batch: Batch<J> = emptyBatch();
  #flushBytes = FIRST_FLUSH_BYTES;
  #batchFiles = FIRST_BATCH_FILES;
  #batchBytes = FIRST_BATCH_BYTES;

  /**
   * @param connection Serves nobody else meanwhile.
   * @param feed Where the files come from.
   */
  constructor(connection: Connection, feed: UploadFeed<J>) {
    this.#connection = connection;
    this.#feed = feed;
    this.#broken.promise.catch(() => {}); // Whoever waits next gets it.
  }

  /**
   * Sends until there is nothing left, and waits until all of it has its name.
   *
   * @throws {SluiceError} When the connection was lost, or the server cannot take more now.
   */
  async run(): Promise<void> {
    for (;;) {
      // Asked for before anything is looked at: a change during a wait must not be missed.
      const changed = this.#feed.changed();
      const upload = this.#again.shift() ?? this.#feed.next();
      if (upload !== undefined) {
        await this.#send(upload);
      } else if (!this.#feed.isDry()) {
        await this.#flush();
        await Promise.race([changed, this.#broken.promise]);
      } else if (this.#batch.sent.length > 0 || this.#publishing.size > 0) {
        if (this.#batch.sent.length > 0) this.#publish();
        await this.#flush();
        await this.#untilPublishing(0);
      } else {
        return;
      }
    }
  }

  async #send(upload: SmallUpload<J>): Promise<void> {
    let file: SmallFile | "large";
    try {
      file = readSmallFile(upload.job.localPath);
    } catch (error) {
      return this.#feed.lane.end(upload, { kind: "failed", error });
    }
    if (file === "large") return this.#feed.lane.endAsLarge(upload);
    this.#add(upload, file);
    const { pacer } = this.#feed;
    if (this.#isFull()) {
      this.#publish();
      await this.#flush();
      await this.#untilPublishing(MOST_PUBLISHING - 1);
    } else if (this.#frames.filledBytes >= pacer.pieceBytes(this.#flushBytes)) {
      this.#flushBytes = Math.min(2 * this.#flushBytes, FLUSH_BYTES);
      await this.#flush();
    }
  }

  #add(upload: SmallUpload<J>, file: SmallFile): void {
    const { bytes, modifiedAtMs } = file;
    const { verify = "xxh128", onConflict = "error" } = this.#feed.options;
    upload.digest = this.#feed.digestOf(bytes);
    upload.sizeBytes = bytes.byteLength;
    const isToPack = this.#isToPack();
    const put: PutInput = {
      path: upload.path,
      sizeBytes: bytes.byteLength,
      onConflict: typeof onConflict === "function" ? "error" : onConflict,
      algorithm: verify,
      modifiedAtMs,
      makeParents: true,
      stage: true,
      ...(isToPack ? { mayCompress: true } : {}),
    };
    const batch = this.#batch;
    const id = this.#connection.begin(
      new RequestTaker(FrameType.PUT, {
        onResult: (payload) => this.#takePutResult(upload, batch, payload),
        onRefused: (error) => this.#refuse(upload, error),
        onLost: (error) => this.#broken.reject(error),
      }),
    );
    this.#frames.addControl(FrameType.PUT, id, put);
    if (bytes.byteLength > 0) this.#frames.addData(id, bytes, isToPack);
    this.#frames.addControl(FrameType.COMMIT, id, { digest: upload.digest });
    batch.sent.push(upload);
    batch.bytes += bytes.byteLength;
    batch.pathBytes += JSON.stringify(upload.path).length;
  }

  /** Only a limit that is known beforehand shows soon enough for so many small files. */
  #isToPack(): boolean {
    const { options, pacer } = this.#feed;
    const mode = agreeOnCompression(this.#connection, options.compress);
    const rate = likelyRate(this.#connection, pacer);
    return mode === "on" || (mode === "auto" && rate > 0 && rate < MOST_PACKED_RATE);
  }

  #takePutResult(upload: SmallUpload<J>, batch: Batch<J>, payload: Uint8Array): void {
    const { outcome, digest }: PutResult = decodeReply(PutResultSchema, payload);
    if (digest !== undefined && digest !== upload.digest) {
      throw peerError(this.#connection.server, "it took other bytes than were sent");
    }
    if (outcome === "staged") batch.staged.push(upload);
    else this.#done(upload, { outcome, remotePath: upload.path });
  }

  #refuse(upload: SmallUpload<J>, error: SluiceError): void {
    const isAsked = typeof this.#feed.options.onConflict === "function";
    if (error.isRetryable) {
      this.#broken.reject(error);
    } else if (error.code === "already_exists" && isAsked) {
      this.#feed.lane.endAsLarge(upload);
    } else if (error.code === "checksum_mismatch" && upload.damages++ < MOST_DAMAGES) {
      this.#again.push(upload);
    } else {
      this.#feed.lane.end(upload, { kind: "failed", error });
    }
  }

  /** Ends the batch; the files of it that are in order get their names together. */
  #publish(): void {
    const batch = this.#batch;
    this.#batch = emptyBatch();
    const { promise, resolve } = Promise.withResolvers<void>();
    const publishing = promise.finally(() => this.#publishing.delete(publishing));
    this.#publishing.add(publishing);
    const id = this.#connection.begin(
      new RequestTaker(FrameType.PUBLISH, {
        onResult: (payload) => {
          this.#takePublished(batch, decodeReply(PublishResultSchema, payload));
          this.#adapt(performance.now() - batch.begunAtMs);
          resolve();
        },
        onRefused: (error) => {
          if (error.isRetryable) return this.#broken.reject(error);
          for (const upload of batch.staged) this.#refuse(upload, error);
          resolve();
        },
        onLost: (error) => {
          // Answers to some of the PUTs may be lost as well.
          for (const upload of batch.sent) upload.isInDoubt = true;
          this.#broken.reject(error);
        },
      }),
    );
    this.#frames.addControl(FrameType.PUBLISH, id, {});
  }

  #takePublished(batch: Batch<J>, { files }: PublishResult): void {
    batch.staged.forEach((upload, index) => {
      const file = files[index];
      if (file?.wanted !== upload.path) {
        throw peerError(this.#connection.server, "it published other files than were sent");
      }
      if (file.error !== undefined) {
        const { code, message, errorId } = file.error;
        const id = errorId === undefined ? {} : { errorId };
        this.#refuse(upload, new SluiceError(errorCodeFromWire(code), message, id));
      } else {
        const { outcome = "created", path = upload.path } = file;
        this.#done(upload, { outcome, remotePath: path });
      }
    });
  }

  #done(
    upload: SmallUpload<J>,
    end: Pick<TransferResult, "outcome" | "remotePath">,
  ): void {
    const { sizeBytes, digest, job } = upload;
    this.#feed.lane.end(
      upload,
      smallResult(job, { direction: "upload", sizeBytes, digest, ...end }),
    );
  }

  #adapt(batchMs: number): void {
    const factor = batchMs > GOOD_BATCH_MS ? 1 / 2 : 4;
    const files = Math.ceil(this.#batchFiles * factor);
    this.#batchFiles = Math.min(MAX_STAGED_UPLOADS, Math.max(LEAST_BATCH_FILES, files));
    const bytes = this.#batchBytes * factor;
    this.#batchBytes = Math.min(MOST_BATCH_BYTES, Math.max(FIRST_BATCH_BYTES / 4, bytes));
  }

  #isFull(): boolean {
    const { sent, bytes, pathBytes } = this.#batch;
    return sent.length >= this.#batchFiles || bytes >= this.#batchBytes ||
      pathBytes >= MOST_PATH_BYTES;
  }

  async #flush(): Promise<void> {
    const frames = this.#frames.take();
    if (frames.byteLength === 0) return;
    const { pacer, options } = this.#feed;
    if (pacer.isLimited) await pacer.take(frames.byteLength, options.signal);
    await Promise.race([this.#connection.write(frames), this.#broken.promise]);
  }

  async #untilPublishing(most: number): Promise<void> {
    while (this.#publishing.size > most) {
      const published = Promise.race([...this.#publishing, this.#broken.promise]);
      await this.#connection.whileWaiting(published);
    }
  }
}

function emptyBatch<J extends FileJob>(): Batch<J> {
  return { staged: [], sent: [], bytes: 0, pathBytes: 0, begunAtMs: performance.now() };
}
