import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import { FrameType } from "#protocol/frame.ts";
import { type PutReady, PutResultSchema } from "#protocol/replies.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import type { PutInput } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError } from "./abort.ts";
import type { Lease } from "./connection_pool.ts";
import { decodeReply } from "./decode_reply.ts";
import type { Exchange } from "./exchange.ts";
import { FrameFiller } from "./frame_filler.ts";
import type { RunningDigest } from "./running_digest.ts";

/** DATA payload for a server that does not throttle; measured: larger ones gain nothing. */
const FRAME_BYTES = 512 * 1024;
/** A server that asks for smaller chunks than this throttles, and gets what it asks for. */
const SMALLEST_FREE_CHUNK = 256 * 1024;
/** Bytes that come slowly are sent on after this time, in frames that are not full. */
const SEND_AFTER_MS = 500;
/** How long the server has for letting go of a session. */
const LET_GO_MS = 2000;

/** An upload that is over. */
export interface CommittedUpload {
  /** What became of the name. */
  readonly outcome: "created" | "replaced" | "skipped";
  /** Where the file is now; with the policy `rename` not always where it was meant to be. */
  readonly path: string;
  /** Size of the whole file. */
  readonly sizeBytes: number;
  /** `algorithm:hex`, unless it was skipped. */
  readonly digest?: string | undefined;
}

/** What a COMMIT whose answer never came has published, if it took effect. */
export interface LostCommit {
  /** Where it was to be published. */
  readonly path: string;
  /** Size of the whole. */
  readonly sizeBytes: number;
  /** Which checksum `digest` is. */
  readonly algorithm: DigestAlgorithm;
  /** `algorithm:hex` of the whole. */
  readonly digest: string;
}

/** What an upload is made of once the server is ready for it. */
export interface OpenUploadParts {
  readonly lease: Lease;
  readonly exchange: Exchange;
  readonly ready: PutReady;
  readonly path: RemotePath;
  readonly sizeBytes: number | undefined;
  /** Has seen nothing. */
  readonly digest: RunningDigest;
  /** Of that digest. */
  readonly algorithm: DigestAlgorithm;
}

/**
 * An upload whose bytes come from anywhere, piece by piece: an upload session of the server, held open on a
 * connection of its own. It ends with exactly one of {@linkcode commit}, {@linkcode release} and
 * {@linkcode discard}; disposing of it releases it.
 *
 * Not for use from two places at once.
 */
export class OpenUpload implements AsyncDisposable {
  /** Id of the upload session: any client can go on with it later. */
  readonly session: string;
  /** Where it will be published. */
  readonly path: string;
  /** Size of the whole; `undefined` when only {@linkcode commit} says so. */
  readonly sizeBytes: number | undefined;
  /** Bytes that the server had when it was begun. */
  readonly resumedFromBytes: number;
  /** Digest of those bytes, when there are any. */
  readonly prefixDigest: string | undefined;
  readonly #parts: OpenUploadParts;
  readonly #windowBytes: number;
  readonly #filler: FrameFiller;
  #offsetBytes: number;
  #sentBytes: number;
  #sentAtMs = performance.now();
  #isOver = false;
  #lostCommit: LostCommit | undefined;

  /** Made by `SluiceClient.beginUpload` only. */
  constructor(parts: OpenUploadParts) {
    const { ready, exchange } = parts;
    this.#parts = parts;
    this.session = ready.session;
    this.path = parts.path;
    this.sizeBytes = parts.sizeBytes;
    this.resumedFromBytes = ready.offsetBytes;
    this.prefixDigest = ready.prefixDigest;
    this.#windowBytes = ready.windowBytes;
    this.#offsetBytes = ready.offsetBytes;
    this.#sentBytes = ready.offsetBytes;
    exchange.acknowledge(ready.offsetBytes);
    const wanted = ready.chunkBytes < SMALLEST_FREE_CHUNK ? ready.chunkBytes : FRAME_BYTES;
    const frameBytes = Math.min(wanted, ready.windowBytes);
    this.#filler = new FrameFiller(exchange.id, frameBytes, (frame, payload) => {
      return this.#send(frame, payload);
    });
  }

  /** Bytes that were handed over so far, those of earlier connections included. */
  get offsetBytes(): number {
    return this.#offsetBytes;
  }

  /** Bytes that the server has written, counted from the start of the file. */
  get writtenBytes(): number {
    return this.#parts.exchange.ackedBytes;
  }

  /** Digest of all bytes up to {@linkcode offsetBytes} after a flush, where this client can know it. */
  get bytesDigest(): string | undefined {
    if (this.#offsetBytes === this.resumedFromBytes) return this.prefixDigest;
    const { digest } = this.#parts;
    return digest.bytes === this.#offsetBytes ? digest.digest() : undefined;
  }

  /**
   * Set when {@linkcode commit} failed because its answer never came: the file may have been published
   * nonetheless, which `SluiceClient.findPublished` tells. Unset where this client cannot know the digest.
   */
  get lostCommit(): LostCommit | undefined {
    return this.#lostCommit;
  }

  /** Whether it can go on: the server has not ended it, and nobody here has. */
  get isOpen(): boolean {
    return !this.#isOver && this.#parts.exchange.error === undefined &&
      this.#parts.lease.connection.isOpen;
  }

  /**
   * Hands over the next bytes, which are copied. It waits while the server's window is full, so that whoever
   * sends is as slow as the server wants.
   *
   * @param bytes Any number of them.
   * @throws {SluiceError} Why the upload ended; what the server has is kept.
   * @throws {RangeError} When they are more than the size allows.
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#requireOpen();
    if (this.sizeBytes !== undefined && this.#offsetBytes + bytes.byteLength > this.sizeBytes) {
      throw new RangeError(`Cannot ${this.#act}: more bytes came than were announced`);
    }
    await this.#filler.add(bytes);
    this.#offsetBytes += bytes.byteLength;
    if (this.#filler.waitingBytes === 0) return;
    if (performance.now() - this.#sentAtMs > SEND_AFTER_MS) await this.#filler.sendRest();
  }

  /**
   * Waits until the server has written all that was handed over.
   *
   * @throws {SluiceError} Why the upload ended.
   */
  async flush(): Promise<void> {
    this.#requireOpen();
    await this.#filler.sendRest();
    await this.#filler.settle();
    await this.#parts.exchange.untilAcked(this.#offsetBytes);
  }

  /**
   * Publishes it. The server compares its digest where this client has seen all bytes, and where the caller
   * states one.
   *
   * @returns What became of the name.
   * @throws {SluiceError} `already_exists`, `checksum_mismatch`, `disk_full`, `unreachable` and others.
   */
  async commit(): Promise<CommittedUpload> {
    this.#requireOpen();
    const { exchange, lease, digest } = this.#parts;
    await this.#filler.sendRest();
    await this.#filler.settle();
    this.#isOver = true;
    const hasSeenAll = digest.bytes === this.#offsetBytes;
    const payload = hasSeenAll ? { digest: digest.digest() } : {};
    const wholeDigest = this.bytesDigest;
    try {
      lease.connection.sendControl(FrameType.COMMIT, exchange.id, payload);
      return await this.#result();
    } catch (error) {
      if (error instanceof SluiceError && error.isRetryable) this.#noteLost(wholeDigest);
      throw error;
    } finally {
      this.#dispose();
    }
  }

  /** Lets go of it: the server keeps what it has, and any client can go on with it. */
  async release(): Promise<void> {
    await this.#letGo(true);
  }

  /** Ends it and removes what the server has of it. */
  async discard(): Promise<void> {
    await this.#letGo(false);
  }

  /** Releases it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  get #act(): string {
    return `upload "${this.path}"`;
  }

  #requireOpen(): void {
    const { error } = this.#parts.exchange;
    if (error !== undefined) throw error;
    if (this.#isOver) throw new TypeError(`Cannot ${this.#act}: it is over`);
  }

  #noteLost(digest: string | undefined): void {
    if (digest === undefined) return;
    const { path, algorithm } = this.#parts;
    this.#lostCommit = { path, sizeBytes: this.#offsetBytes, algorithm, digest };
  }

  async #send(frame: Uint8Array, payload: Uint8Array): Promise<void> {
    const { lease, exchange, digest } = this.#parts;
    // The digest is that of the whole file, or of nothing that anybody asks for.
    if (digest.bytes === this.#sentBytes) digest.update(payload);
    this.#sentBytes += payload.byteLength;
    this.#sentAtMs = performance.now();
    await exchange.untilAcked(this.#sentBytes - this.#windowBytes);
    if (exchange.error !== undefined) throw exchange.error;
    await lease.connection.write(frame);
  }

  async #letGo(keep: boolean): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const { lease, exchange } = this.#parts;
    const { connection } = lease;
    const timer = setTimeout(() => connection.close(cancelledError(this.#act)), LET_GO_MS);
    try {
      if (keep) {
        await this.#filler.sendRest();
        await this.#filler.settle();
      } else if (exchange.ackedBytes < this.#sentBytes) {
        return await this.#cancelAndDiscard();
      }
      connection.sendControl(FrameType.ABORT, exchange.id, { keep });
      await this.#result();
    } catch {
      // `cancelled`, which was asked for, or it was over before: either way nobody holds it any more.
    } finally {
      clearTimeout(timer);
      this.#dispose();
    }
  }

  /**
   * A slow server would come to an ABORT only behind all that was handed over; a CANCEL overtakes that,
   * but keeps the session, which is then taken up once more to be ended.
   */
  async #cancelAndDiscard(): Promise<void> {
    const { lease: { connection }, exchange } = this.#parts;
    connection.sendControl(FrameType.CANCEL, exchange.id);
    const isOurs = await this.#result().then(
      () => false,
      () => exchange.error?.code === "cancelled",
    );
    await this.#filler.settle().catch(() => {}); // What was not sent any more.
    // Without a size the server keeps nothing; and what another client has taken is theirs.
    if (!isOurs || this.sizeBytes === undefined) return;
    const { path, sizeBytes, session } = this;
    const request: PutInput = { path, sizeBytes, onConflict: "rename", session };
    const again = connection.request(FrameType.PUT, request);
    if ((await again.next()).kind !== "ready") return;
    connection.sendControl(FrameType.ABORT, again.id, { keep: false });
    await again.next();
  }

  async #result(): Promise<CommittedUpload> {
    for (;;) {
      const reply = await this.#parts.exchange.next();
      if (reply.kind === "data" || reply.kind === "entries") reply.batch.release();
      if (reply.kind !== "result") continue;
      const result = decodeReply(PutResultSchema, reply.payload);
      const { outcome } = result;
      if (outcome !== "staged") return { ...result, outcome };
      const why = "the server did not publish it";
      throw new SluiceError("protocol_error", `Cannot ${this.#act}: ${why}`);
    }
  }

  #dispose(): void {
    this.#parts.digest[Symbol.dispose]();
    this.#parts.lease[Symbol.dispose]();
  }
}
