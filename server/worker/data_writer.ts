import { crc32 } from "node:zlib";
import { FrameType, writeHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import type { RequestContext } from "./request_context.ts";

/** Turns pieces of any size into DATA frames of one size, throttled. */
export class DataWriter {
  readonly #context: RequestContext;
  #chunkBytes: number;
  #frame: Uint8Array | undefined;
  #filled = 0;

  constructor(context: RequestContext) {
    this.#context = context;
    this.#chunkBytes = context.throttle.chunkBytes;
  }

  /** Adds bytes; waits while the client is slow. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) {
      this.#frame ??= await this.#begin();
      const piece = bytes.subarray(at, at + this.#chunkBytes - this.#filled);
      this.#frame.set(piece, HEADER_BYTES + this.#filled);
      this.#filled += piece.byteLength;
      at += piece.byteLength;
      if (this.#filled === this.#chunkBytes) await this.end();
    }
  }

  /** Asks for the size each time: the limits may change on the way. */
  async #begin(): Promise<Uint8Array> {
    this.#chunkBytes = this.#context.throttle.chunkBytes;
    return await this.#context.outbox.reserve(HEADER_BYTES + this.#chunkBytes);
  }

  /** Sends what was gathered. */
  async end(): Promise<void> {
    const { outbox, throttle, requestId, signal, history } = this.#context;
    const frame = this.#frame;
    const payloadBytes = this.#filled;
    if (frame === undefined || payloadBytes === 0) return;
    this.#frame = undefined;
    this.#filled = 0;
    signal.throwIfAborted();
    const crc = crc32(frame.subarray(HEADER_BYTES, HEADER_BYTES + payloadBytes));
    writeHeader(frame, 0, { type: FrameType.DATA, requestId, payloadBytes, crc });
    if (throttle.isOn) await throttle.wait(payloadBytes, signal);
    outbox.commit(HEADER_BYTES + payloadBytes);
    outbox.flush();
    history.bytes += payloadBytes;
    if (throttle.isOn) await throttle.pause(payloadBytes, signal);
  }
}
