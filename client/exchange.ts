import type { FrameView } from "#protocol/frame_reader.ts";
import type { FrameType } from "#protocol/frame.ts";
import type { Progress } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { SilenceWatch } from "./silence_watch.ts";

/** Frames of one type, DATA, PACKED or ENTRIES, that lie in one receive buffer. */
export interface DataBatch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly frames: readonly FrameView[];
  /** Gives the buffer back; the bytes are gone then. Must be called once. */
  readonly release: () => void;
}

/** What a request is answered with, step by step. */
export type Reply =
  | { readonly kind: "ready"; readonly payload: Uint8Array }
  | { readonly kind: "data"; readonly batch: DataBatch }
  /** Some of what a FIND finds. */
  | { readonly kind: "entries"; readonly batch: DataBatch }
  /** RESULT or PONG: the end. */
  | { readonly kind: "result"; readonly payload: Uint8Array };

/** News about a request before it is answered. */
export interface ExchangeListener {
  /** All workers of the server are taken; `position` 1 is served next. */
  readonly onQueued?: (position: number) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Bytes of an upload that the server has written, counted from the start of the file. */
  readonly onAcked?: (bytes: number) => void;
  /** The server's live state, in answer to a WATCH. */
  readonly onSnapshot?: (payload: Uint8Array) => void;
}

/** Gets what comes back for one request, while the connection reads it. */
export interface ReplyTaker {
  /** Type of the frame that began the request. */
  readonly requestType: FrameType;
  readonly listener: ExchangeListener;
  /** Whether the server may be silent for long: the request waits for a worker, or for its next snapshot. */
  isQueued: boolean;
  /** Takes a reply; after the result nothing else comes. */
  deliver(reply: Reply): void;
  /** Takes an ACK. */
  acknowledge(bytes: number): void;
  /** Takes an ERROR of the server: the end. */
  refuse(error: SluiceError): void;
  /** The connection ended before the request did. */
  fail(error: SluiceError): void;
}

/** One request under way and what came back for it so far. */
export class Exchange implements ReplyTaker {
  /** The request id. */
  readonly id: number;
  readonly requestType: FrameType;
  readonly listener: ExchangeListener;
  /** Whether the server said that the request waits for a worker. */
  isQueued = false;
  readonly #watch: SilenceWatch;
  readonly #replies: Reply[] = [];
  #error: SluiceError | undefined;
  #isRefused = false;
  #isAbandoned = false;
  #hasResult = false;
  /** Whether nothing more can come for it. */
  #isOver = false;
  #ackedBytes = 0;
  /** What those wait for who need news; there may be two, such as a sender and who ends it. */
  #nextNews: PromiseWithResolvers<void> | undefined;

  /**
   * @param id Request id.
   * @param requestType Type of the frame that began it.
   * @param watch Ends the connection when the server is silent during a wait.
   * @param listener Is told the news.
   */
  constructor(
    id: number,
    requestType: FrameType,
    watch: SilenceWatch,
    listener: ExchangeListener = {},
  ) {
    this.id = id;
    this.requestType = requestType;
    this.listener = listener;
    this.#watch = watch;
  }

  /** Bytes of an upload that the server has written, counted from the start of the file. */
  get ackedBytes(): number {
    return this.#ackedBytes;
  }

  /** Whether the server itself ended it with an ERROR. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Why it failed, if it did. */
  get error(): SluiceError | undefined {
    return this.#error;
  }

  /**
   * Waits for the next reply.
   *
   * @returns READY, DATA or the result, in the order of their arrival.
   * @throws {SluiceError} When the server refused the request or the connection was lost.
   */
  async next(): Promise<Reply> {
    for (;;) {
      const reply = this.#replies.shift();
      if (reply !== undefined) return reply;
      if (this.#error !== undefined) throw this.#error;
      await this.#news();
    }
  }

  /**
   * Waits until the server has written so many bytes of an upload.
   *
   * @param bytes Counted from the start of the file.
   * @throws {SluiceError} When the upload ended before.
   */
  async untilAcked(bytes: number): Promise<void> {
    while (this.#ackedBytes < bytes) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#hasResult) {
        throw new SluiceError("protocol_error", "Cannot go on: the server ended the upload early");
      }
      await this.#news();
    }
  }

  /** Waits until nothing more can come for it, also when this side has abandoned it. */
  async untilOver(): Promise<void> {
    while (!this.#isOver) await this.#news();
  }

  /** Takes a reply from the connection; what nobody will ask for is dropped. */
  deliver(reply: Reply): void {
    this.isQueued = false;
    if (reply.kind === "result") this.#isOver = true;
    if (this.#isAbandoned || this.#hasResult) {
      dropReply(reply);
    } else {
      this.#replies.push(reply);
      this.#hasResult = this.#isOver;
    }
    this.#wake();
  }

  /** Takes an ACK from the connection. */
  acknowledge(bytes: number): void {
    if (bytes <= this.#ackedBytes) return;
    this.#ackedBytes = bytes;
    this.listener.onAcked?.(bytes);
    this.#wake();
  }

  /** Takes an ERROR from the connection. */
  refuse(error: SluiceError): void {
    this.#isRefused = true;
    this.fail(error);
  }

  /** Ends it with an error; replies that came before stay readable. */
  fail(error: SluiceError): void {
    this.#isOver = true;
    this.#error ??= error;
    this.#wake();
  }

  /** Ends it for this side: what the server still sends for it is dropped. */
  abandon(error: SluiceError): void {
    this.#isAbandoned = true;
    for (const reply of this.#replies.splice(0)) dropReply(reply);
    this.#error ??= error;
    this.#wake();
  }

  #wake(): void {
    this.#nextNews?.resolve();
    this.#nextNews = undefined;
  }

  async #news(): Promise<void> {
    this.#nextNews ??= Promise.withResolvers();
    await this.#watch.during(this.#nextNews.promise);
  }
}

function dropReply(reply: Reply): void {
  if (reply.kind === "data" || reply.kind === "entries") reply.batch.release();
}
