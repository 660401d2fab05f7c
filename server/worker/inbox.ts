import { type FrameHeader, FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

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
}

interface Batch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly end: number;
}

/** Frames of a connection in the order of their arrival. */
export class Inbox {
  readonly #events: InboxEvents;
  readonly #batches: Batch[] = [];
  #at = 0;
  #taken = 0;
  #isEnded = false;
  #unread: InboxFrame | undefined;
  #arrived: PromiseWithResolvers<void> | undefined;

  /** @param events Who hears of it. */
  constructor(events: InboxEvents) {
    this.#events = events;
  }

  /** Adds whole frames. */
  push(buffer: ArrayBuffer, end: number): void {
    const bytes = new Uint8Array(buffer);
    for (let at = 0; at < end;) {
      const header = readHeader(bytes, at, "client");
      if (header.type === FrameType.CANCEL) this.#events.onCancel(header.requestId);
      at += HEADER_BYTES + header.payloadBytes;
    }
    this.#batches.push({ bytes, end });
    this.#wake();
  }

  /** No more frames follow. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Puts a frame back; the next call of `next` gives it again. */
  unread(frame: InboxFrame): void {
    this.#unread = frame;
  }

  /**
   * Waits for the next frame.
   *
   * @param wait Whether a request is under way, how long to wait then, and what ends the wait early.
   * @returns The frame, or `null` when none follows.
   * @throws {SluiceError} `timeout` when nothing came in time.
   */
  async next(
    wait: { isBetweenRequests: boolean; timeoutMs?: number; signal: AbortSignal },
  ): Promise<InboxFrame | null> {
    for (;;) {
      wait.signal.throwIfAborted();
      const frame = this.#take();
      if (frame !== undefined) return frame;
      this.#events.onEmpty(this.#taken, wait.isBetweenRequests);
      if (this.#isEnded) return null;
      await this.#arrival(wait.timeoutMs, wait.signal);
    }
  }

  #take(): InboxFrame | undefined {
    if (this.#unread !== undefined) {
      const frame = this.#unread;
      this.#unread = undefined;
      return frame;
    }
    let batch = this.#batches[0];
    while (batch !== undefined && this.#at >= batch.end) {
      this.#batches.shift();
      this.#taken++;
      this.#at = 0;
      this.#events.onConsumed(batch.bytes.buffer);
      batch = this.#batches[0];
    }
    if (batch === undefined) return undefined;
    const header = readHeader(batch.bytes, this.#at, "client");
    const payloadAt = this.#at + HEADER_BYTES;
    this.#at = payloadAt + header.payloadBytes;
    return { ...header, payload: batch.bytes.subarray(payloadAt, this.#at) };
  }

  async #arrival(timeoutMs: number | undefined, signal: AbortSignal): Promise<void> {
    const arrived = Promise.withResolvers<void>();
    this.#arrived = arrived;
    const onAbort = (): void => arrived.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const timer = timeoutMs === undefined ? undefined : setTimeout(
      () =>
        arrived.reject(
          new SluiceError("timeout", "Cannot go on: the client sent nothing for too long"),
        ),
      timeoutMs,
    );
    try {
      await arrived.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }

  #wake(): void {
    this.#arrived?.resolve();
    this.#arrived = undefined;
  }
}
