import { type FrameHeader, FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { FrameRange } from "../held_frames.ts";

/** One frame for the session; its payload is only good until the next one is taken. */
export interface InboxFrame extends FrameHeader {
  readonly payload: Uint8Array;
}

/** Who hears of an inbox. */
export interface InboxEvents {
  /** All frames in a buffer have been used. */
  onConsumed(buffer: ArrayBuffer): void;
  /** The session is about to wait; `batches` have been used so far. */
  onEmpty(batches: number, isBetweenRequests: boolean): void;
  /** A CANCEL arrived: seen at once, ahead of all frames that wait. */
  onCancel(requestId: number): void;
  /** All frames that came before a CANCEL have been taken: it can name none of those that follow. */
  onCancelPassed(requestId: number): void;
}

/** Frames that are no part of any request: acted upon when they arrive. */
const ASIDES: ReadonlySet<number> = new Set([
  FrameType.CANCEL,
  FrameType.PING,
  FrameType.STATUS,
  FrameType.THROTTLE,
  FrameType.WATCH,
]);

/** Frames of a connection in the order of their arrival. */
export class Inbox {
  readonly #events: InboxEvents;
  readonly #batches: FrameRange[] = [];
  /** Where the next frame is in the first batch; `undefined` for its start. */
  #at: number | undefined;
  #taken = 0;
  #isEnded = false;
  #arrived: PromiseWithResolvers<void> | undefined;
  #isInsideRequest = false;

  /** @param events Who hears of it. */
  constructor(events: InboxEvents) {
    this.#events = events;
  }

  /** Adds whole frames. */
  push(frames: FrameRange): void {
    const bytes = new Uint8Array(frames.buffer);
    for (let at = frames.start; at < frames.end;) {
      const header = readHeader(bytes, at, "client");
      if (header.type === FrameType.CANCEL) this.#events.onCancel(header.requestId);
      at += HEADER_BYTES + header.payloadBytes;
    }
    this.#batches.push(frames);
    this.#wake();
  }

  /** Gives all frames that were not taken, and forgets them. */
  takeRest(): FrameRange[] {
    const rest = this.#batches.splice(0).map((frames, index) => {
      return index === 0 ? { ...frames, start: this.#at ?? frames.start } : frames;
    });
    this.#at = undefined;
    return rest;
  }

  /** Whether nothing waits to be taken. */
  get isEmpty(): boolean {
    const [first, second] = this.#batches;
    return second === undefined && (first === undefined || (this.#at ?? first.start) >= first.end);
  }

  /** No more frames follow. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Ends the wait for a frame of the request under way, if there is one: the client is too slow. */
  endSlowWait(): void {
    if (!this.#isInsideRequest) return;
    const why = "the client sent nothing, or too little, for too long";
    this.#arrived?.reject(new SluiceError("timeout", `Cannot go on: ${why}`));
  }

  /** Puts the frame back that was taken last; the next call of `next` gives it again. */
  unread(frame: InboxFrame): void {
    this.#at = frame.payload.byteOffset - HEADER_BYTES;
  }

  /**
   * Waits for the next frame.
   *
   * @param wait Whether a request is under way, and what ends the wait early.
   * @returns The frame, or `null` when none follows.
   * @throws {SluiceError} `timeout` by {@linkcode Inbox.endSlowWait}.
   */
  async next(wait: { isBetweenRequests: boolean; signal: AbortSignal }): Promise<
    InboxFrame | null
  > {
    for (;;) {
      wait.signal.throwIfAborted();
      const frame = this.#take();
      if (frame !== undefined) return frame;
      this.#events.onEmpty(this.#taken, wait.isBetweenRequests);
      if (this.#isEnded) return null;
      this.#isInsideRequest = !wait.isBetweenRequests;
      await this.#arrival(wait.signal);
    }
  }

  #take(): InboxFrame | undefined {
    for (let frame = this.#takeAny(); frame !== undefined; frame = this.#takeAny()) {
      if (!ASIDES.has(frame.type)) return frame;
      if (frame.type === FrameType.CANCEL) this.#events.onCancelPassed(frame.requestId);
    }
    return undefined;
  }

  #takeAny(): InboxFrame | undefined {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      const at = this.#at ?? batch.start;
      if (at < batch.end) {
        const bytes = new Uint8Array(batch.buffer);
        const header = readHeader(bytes, at, "client");
        this.#at = at + HEADER_BYTES + header.payloadBytes;
        return { ...header, payload: bytes.subarray(at + HEADER_BYTES, this.#at) };
      }
      this.#batches.shift();
      this.#at = undefined;
      this.#taken++;
      this.#events.onConsumed(batch.buffer);
    }
    return undefined;
  }

  async #arrival(signal: AbortSignal): Promise<void> {
    const arrived = Promise.withResolvers<void>();
    this.#arrived = arrived;
    const onAbort = (): void => arrived.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await arrived.promise;
    } finally {
      this.#isInsideRequest = false;
      signal.removeEventListener("abort", onAbort);
    }
  }

  #wake(): void {
    this.#arrived?.resolve();
    this.#arrived = undefined;
  }
}
