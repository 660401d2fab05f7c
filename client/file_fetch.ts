import { FrameType } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { type GetReady, GetReadySchema, GetResultSchema } from "#protocol/replies.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import type { GetInput } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import type { Connection } from "./connection.ts";
import { peerError } from "./connection_errors.ts";
import { decodeReply } from "./decode_reply.ts";
import type { Exchange } from "./exchange.ts";
import { letGo } from "./let_go.ts";
import { agreeOnCompression } from "./make_packer.ts";
import { type Intake, Pacer } from "./pacer.ts";
import type { PartFile } from "./part_file.ts";
import type { ProgressReporter } from "./progress_reporter.ts";
import { isDamage, receiveData } from "./receive_data.ts";
import { retryTransfer } from "./retry_transfer.ts";
import type { RunningDigest } from "./running_digest.ts";
import type { TransferContext } from "./transfer_context.ts";
import type { TransferOptions } from "./types.ts";

/** Times that bytes which are not what they should be are fetched again. */
const MOST_FRESH_STARTS = 1;
/** Times that the server may refuse to continue; each time the download begins anew. */
const MOST_REFUSED_RESUMES = 3;

/** What is fetched, and where to. */
export interface FetchJob {
  readonly context: TransferContext;
  readonly part: PartFile;
  /** Has seen nothing yet; has seen the whole file afterwards. */
  readonly digest: RunningDigest;
  readonly path: RemotePath;
  readonly reporter: ProgressReporter;
  readonly options: TransferOptions;
}

/** Fetches one file into its part, over as many connections as it takes. */
export class FileFetch {
  readonly #job: FetchJob;
  readonly #act: string;
  readonly #pacer: Pacer;
  /** What the server said when it last began to send. */
  #ready: GetReady | undefined;
  /** Bytes that came in answer to the GET under way, headers included, where there may be a limit. */
  #takenBytes = 0;
  /** Of these, those of whole frames that were looked at. */
  #arrivedBytes = 0;
  #shownBytes = 0;
  #wireBytes = 0;
  #hasBegun = false;
  #freshStarts = 0;
  #refusedResumes = 0;

  /** @param job What is fetched, and where to. */
  constructor(job: FetchJob) {
    this.#job = job;
    this.#act = `download "${job.path}"`;
    this.#pacer = new Pacer(job.options.limitRate ?? 0);
  }

  /** Bytes that travelled for the content so far. */
  get wireBytes(): number {
    return this.#wireBytes;
  }

  /**
   * Fetches.
   *
   * @returns When the part is whole, verified and durable.
   * @throws {SluiceError} Why that was not possible; what is in the part can be continued.
   */
  async run(): Promise<void> {
    const { context, part, reporter, options } = this.#job;
    await this.#prepare();
    await retryTransfer({
      context,
      signal: options.signal,
      doneBytes: () => part.sizeBytes,
      onWait: (retryInMs, reason) => reporter.enter("retrying", { retryInMs, reason }),
    }, () => this.#tryOnce());
    reporter.move(part.sizeBytes);
    reporter.enter("finishing");
    await part.finish(this.#ready?.modifiedAtMs ?? 0);
  }

  /** Looks at what an earlier download left. */
  async #prepare(): Promise<void> {
    const { part, path, options, reporter } = this.#job;
    const { sidecar } = part;
    const isResumable = options.resume !== false && sidecar?.remotePath === path &&
      part.sizeBytes <= sidecar.sizeBytes;
    if (!isResumable) return await this.#startOver();
    reporter.totalBytes = sidecar.sizeBytes;
    reporter.enter("checking");
    await part.hashInto(this.#job.digest, options.signal);
  }

  async #startOver(): Promise<void> {
    this.#job.digest.reset();
    await this.#job.part.startOver();
  }

  /** Refusals that have a remedy are remedied at once, without the wait before a retry. */
  async #tryOnce(): Promise<void> {
    for (;;) {
      this.#ready = undefined;
      this.#takenBytes = 0;
      this.#arrivedBytes = 0;
      this.#shownBytes = 0;
      try {
        return await this.#fetch();
      } catch (error) {
        if (!(await this.#hasRemedy(error))) throw error;
      }
    }
  }

  async #hasRemedy(error: unknown): Promise<boolean> {
    if (!(error instanceof SluiceError) || this.#job.options.signal?.aborted) return false;
    const isAboutBytes = error.code === "file_changed" || error.code === "checksum_mismatch" ||
      error.code === "offset_out_of_range";
    if (!isAboutBytes) return false;
    if (this.#ready === undefined) {
      if (this.#job.part.sizeBytes === 0 || this.#refusedResumes++ >= MOST_REFUSED_RESUMES) {
        return false;
      }
      await this.#startOver();
      return true;
    }
    // A frame that was damaged on its way is not in the part: the bytes before it are good.
    if (!(isDamage(error))) await this.#startOver();
    return this.#freshStarts++ < MOST_FRESH_STARTS;
  }

  async #fetch(): Promise<void> {
    const { context, reporter, options } = this.#job;
    reporter.enter("waiting");
    using lease = await context.pool.lease({
      act: this.#act,
      signal: options.signal,
      onConnecting: () => reporter.enter("connecting"),
    });
    const { connection } = lease;
    // From the first byte on: what is read without a limit now cannot be slowed down later.
    if (this.#pacer.mayLimit) connection.intake = this.#intake();
    const exchange = connection.request(FrameType.GET, this.#request(connection), {
      onQueued: (queuePosition) => reporter.enter("queued", { queuePosition }),
      onProgress: () => reporter.enter("checking"),
    });
    using _watch = onAbort(options.signal, () => {
      exchange.abandon(cancelledError(this.#act, options.signal));
    });
    try {
      const ready = await this.#begin(connection, exchange);
      await this.#receive(exchange, ready);
    } catch (error) {
      if (options.signal?.aborted) {
        await letGo(connection, exchange, cancelledError(this.#act, options.signal));
      }
      throw error;
    }
  }

  #intake(): Intake {
    const onTaken = (bytes: number): void => {
      this.#takenBytes += bytes;
      this.#showProgress();
    };
    return { pacer: this.#pacer, onTaken };
  }

  /**
   * Under a low limit one frame takes long to be whole: then bytes count as they are taken. Of a compressed
   * one each stands for at least one byte of the file.
   */
  #showProgress(): void {
    if (this.#ready === undefined) return;
    const { offsetBytes, sizeBytes } = this.#ready;
    const wholeBytes = this.#job.part.sizeBytes;
    const partlyBytes = wholeBytes + Math.max(0, this.#takenBytes - this.#arrivedBytes);
    const takenBytes = Math.max(offsetBytes + this.#takenBytes, partlyBytes);
    this.#shownBytes = Math.max(this.#shownBytes, wholeBytes, Math.min(takenBytes, sizeBytes));
    this.#job.reporter.move(this.#shownBytes);
  }

  #request(connection: Connection): GetInput {
    const { part, digest, path, options } = this.#job;
    const compress = agreeOnCompression(connection, options.compress);
    const whole: GetInput = {
      path,
      digest: options.verify ?? "xxh128",
      ...(compress === "off" ? {} : { compress }),
    };
    if (part.sizeBytes === 0 || part.sidecar === undefined) return whole;
    return {
      ...whole,
      offsetBytes: part.sizeBytes,
      version: part.sidecar.version,
      prefixDigest: digest.digest(),
    };
  }

  async #begin(connection: Connection, exchange: Exchange): Promise<GetReady> {
    const { part, path, reporter } = this.#job;
    const reply = await exchange.next();
    if (reply.kind !== "ready") throw peerError(connection.server, "it did not begin with READY");
    const ready = decodeReply(GetReadySchema, reply.payload);
    const isAsAsked = ready.offsetBytes === part.sizeBytes &&
      ready.lengthBytes === ready.sizeBytes - ready.offsetBytes &&
      (part.sizeBytes === 0 || ready.version === part.sidecar?.version);
    if (!isAsAsked) throw peerError(connection.server, "it sends other bytes than were asked for");
    this.#ready = ready;
    reporter.totalBytes = ready.sizeBytes;
    await part.describe({ remotePath: path, version: ready.version, sizeBytes: ready.sizeBytes });
    reporter.begin(part.sizeBytes, !this.#hasBegun);
    this.#hasBegun = true;
    return ready;
  }

  async #receive(exchange: Exchange, ready: GetReady): Promise<void> {
    const { part, digest } = this.#job;
    const payload = await receiveData({
      exchange,
      part,
      digest,
      restBytes: ready.lengthBytes,
      onArrived: (wireBytes, frames) => {
        this.#wireBytes += wireBytes;
        this.#arrivedBytes += wireBytes + frames * HEADER_BYTES;
      },
      onWritten: () => this.#showProgress(),
      act: this.#act,
    });
    if (decodeReply(GetResultSchema, payload).digest !== digest.digest()) {
      throw new SluiceError(
        "checksum_mismatch",
        `Cannot ${this.#act}: the whole has another checksum than the server stated`,
      );
    }
  }
}
