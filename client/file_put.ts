import type { CompressionMode } from "#protocol/compression_mode.ts";
import { FrameType } from "#protocol/frame.ts";
import {
  type PutReady,
  PutReadySchema,
  type PutResult,
  PutResultSchema,
} from "#protocol/replies.ts";
import type { PutInput } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort, throwIfAborted } from "./abort.ts";
import type { Connection } from "./connection.ts";
import { peerError } from "./connection_errors.ts";
import { decodeReply } from "./decode_reply.ts";
import type { Exchange } from "./exchange.ts";
import { agreeOnCompression, makePacker } from "./make_packer.ts";
import { sendData } from "./send_data.ts";
import { noteSession, type UploadState } from "./upload_state.ts";

/** DATA payload for a server that does not throttle; measured: larger ones gain nothing. */
const FRAME_BYTES = 512 * 1024;
/** A server that asks for smaller chunks than this throttles, and gets what it asks for. */
const SMALLEST_FREE_CHUNK = 256 * 1024;
/** Files up to this size are sent in one go even where an unfinished upload might be continued. */
const SMALL_FILE_BYTES = 16 * 1024;
/** How long a cancelled upload waits for the server to let go of its session. */
const LET_GO_MS = 1000;

/** One PUT on one connection (docs/protocol.md §6.4). */
export class FilePut {
  readonly #connection: Connection;
  readonly #state: UploadState;
  readonly #isEager: boolean;
  readonly #compress: CompressionMode;
  readonly #exchange: Exchange;

  /**
   * Sends the PUT.
   *
   * @param connection Serves no other request meanwhile, except STATUS and PING.
   * @param state What is uploaded; kept up to date for the next connection.
   */
  constructor(connection: Connection, state: UploadState) {
    const { reporter, source } = state;
    this.#connection = connection;
    this.#state = state;
    this.#isEager = isEager(connection, state);
    this.#compress = agreeOnCompression(connection, state.compress);
    this.#exchange = connection.request(FrameType.PUT, this.#request(), {
      onQueued: (queuePosition) => reporter.enter("queued", { queuePosition }),
      onProgress: ({ phase }) => reporter.enter(phase === "hashing" ? "checking" : "finishing"),
      onAcked: (bytes) => reporter.move(Math.min(bytes, source.sizeBytes)),
    });
  }

  /**
   * Sends the file and waits until it is published.
   *
   * @returns The server's RESULT, also when a cancel came too late to stop it.
   * @throws {SluiceError} Why it is not published.
   */
  async run(): Promise<PutResult> {
    const { signal, act } = this.#state;
    let timer: ReturnType<typeof setTimeout> | undefined;
    using _watch = onAbort(signal, () => {
      this.#connection.sendControl(FrameType.CANCEL, this.#exchange.id);
      timer = setTimeout(() => this.#connection.close(cancelledError(act, signal)), LET_GO_MS);
    });
    try {
      const result = this.#isEager ? await this.#sendAtOnce() : await this.#sendWhenReady();
      return result ?? await this.#result();
    } catch (error) {
      // What was cancelled too late is done, and nobody should think otherwise.
      if (signal?.aborted) return await this.#result();
      if (error instanceof SluiceError && error.code === "file_changed") await this.#discard();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #request(): PutInput {
    const { path, source, conflict, mayResume, session, algorithm } = this.#state;
    return {
      path,
      sizeBytes: source.sizeBytes,
      onConflict: conflict.policy,
      resume: mayResume && !this.#isEager,
      ...(session === undefined ? {} : { session }),
      algorithm,
      modifiedAtMs: source.modifiedAtMs,
      makeParents: true,
      ...(this.#compress === "off" ? {} : { mayCompress: true }),
    };
  }

  /** Sends everything behind the PUT without waiting for READY. */
  async #sendAtOnce(): Promise<void> {
    const windowBytes = this.#connection.welcome.limits.initialWindowBytes;
    this.#state.digest.reset();
    this.#begin(0);
    await this.#send(windowBytes, FRAME_BYTES);
  }

  /** Gives a result when the server ends the upload before it begins. */
  async #sendWhenReady(): Promise<PutResult | undefined> {
    const reply = await this.#exchange.next();
    if (reply.kind === "result") return decodeReply(PutResultSchema, reply.payload);
    if (reply.kind !== "ready") {
      throw peerError(this.#connection.server, "it sent data to an upload");
    }
    const ready = this.#takeReady(reply.payload);
    await this.#agree(ready);
    this.#begin(ready.offsetBytes);
    this.#exchange.acknowledge(ready.offsetBytes);
    const { windowBytes, chunkBytes } = ready;
    await this.#send(windowBytes, chunkBytes < SMALLEST_FREE_CHUNK ? chunkBytes : FRAME_BYTES);
    return undefined;
  }

  #takeReady(payload: Uint8Array): PutReady {
    const ready = decodeReply(PutReadySchema, payload);
    if (
      ready.offsetBytes > this.#state.source.sizeBytes || ready.windowBytes < 1 ||
      ready.chunkBytes < 1
    ) {
      throw peerError(this.#connection.server, "it stated an impossible offset or window");
    }
    noteSession(this.#state, ready.session);
    return ready;
  }

  /** Compares what the server has with the file; a difference discards the session. */
  async #agree(ready: PutReady): Promise<void> {
    const { source, digest, reporter, act, signal } = this.#state;
    if (ready.offsetBytes > 0) reporter.enter("checking");
    await source.hashUpTo(digest, ready.offsetBytes, signal);
    if (ready.offsetBytes === 0 || ready.prefixDigest === undefined) return;
    if (ready.prefixDigest === digest.digest()) return;
    await this.#discard();
    throw new SluiceError(
      "checksum_mismatch",
      `Cannot ${act}: the server has other bytes of an unfinished upload`,
    );
  }

  #begin(offsetBytes: number): void {
    this.#state.reporter.begin(offsetBytes, !this.#state.hasBegun);
    this.#state.hasBegun = true;
  }

  async #send(windowBytes: number, frameBytes: number): Promise<void> {
    const { source, digest, pacer, signal, reporter, act } = this.#state;
    const packer = makePacker(this.#connection, this.#compress, pacer);
    const firstByte = digest.bytes;
    try {
      await sendData({
        connection: this.#connection,
        exchange: this.#exchange,
        source,
        digest,
        windowBytes,
        frameBytes,
        pacer,
        packer,
        signal,
      });
    } finally {
      this.#state.wireBytes += packer?.wireBytes ?? digest.bytes - firstByte;
    }
    await source.checkUnchanged();
    throwIfAborted(signal, act);
    reporter.enter("finishing");
    this.#state.isCommitOpen = true;
    const payload = { digest: digest.digest() };
    this.#connection.sendControl(FrameType.COMMIT, this.#exchange.id, payload);
  }

  /** Ends the upload and its session; only a broken connection is an error. */
  async #discard(): Promise<void> {
    this.#connection.sendControl(FrameType.ABORT, this.#exchange.id, { keep: false });
    noteSession(this.#state, undefined);
    try {
      await this.#result();
    } catch (error) {
      if (!this.#exchange.isRefused) throw error;
    }
  }

  /** Waits for the end of the PUT, past a READY that was not waited for. */
  async #result(): Promise<PutResult> {
    try {
      for (;;) {
        const reply = await this.#exchange.next();
        if (reply.kind === "ready") {
          this.#takeReady(reply.payload);
        } else if (reply.kind === "result") {
          this.#state.isCommitOpen = false;
          return decodeReply(PutResultSchema, reply.payload);
        }
      }
    } catch (error) {
      if (this.#exchange.isRefused) this.#state.isCommitOpen = false;
      throw error;
    }
  }
}

function isEager(connection: Connection, state: UploadState): boolean {
  if (state.session !== undefined) return false;
  const { initialWindowBytes } = connection.welcome.limits;
  const mostBytes = state.mayResume
    ? Math.min(SMALL_FILE_BYTES, initialWindowBytes)
    : initialWindowBytes;
  return state.source.sizeBytes <= mostBytes;
}
