import { crc32 } from "node:zlib";
import { FrameType, writeHeader } from "#protocol/frame.ts";
import { HEADER_BYTES, MAX_DATA_BYTES } from "#protocol/limits.ts";

/** Bytes after which frames are worth a write of their own. */
export const FLUSH_BYTES: number = 256 * 1024;
/** A path of 3,072 bytes, each escaped to six, and the rest of a request. */
const MOST_CONTROL_BYTES = 32 * 1024;
const CAPACITY_BYTES = FLUSH_BYTES + MAX_DATA_BYTES / 2 + 2 * MOST_CONTROL_BYTES;

/**
 * Frames of many small requests, built one behind the other for one write to the socket. It has two
 * buffers: while one is written, the other is filled.
 */
export class FrameBuffer {
  #bytes = new Uint8Array(CAPACITY_BYTES);
  #other = new Uint8Array(CAPACITY_BYTES);
  #filled = 0;

  /** Bytes that wait to be written; more frames fit while it is under `FLUSH_BYTES`. */
  get filledBytes(): number {
    return this.#filled;
  }

  /** Adds a frame with a JSON payload. */
  addControl(type: FrameType, requestId: number, payload?: unknown): void {
    const at = this.#filled;
    const payloadBytes = payload === undefined
      ? 0
      : encoder.encodeInto(JSON.stringify(payload), this.#bytes.subarray(at + HEADER_BYTES))
        .written;
    writeHeader(this.#bytes, at, { type, requestId, payloadBytes, crc: 0 });
    this.#filled = at + HEADER_BYTES + payloadBytes;
  }

  /** Adds a DATA frame; the bytes are copied. */
  addData(requestId: number, payload: Uint8Array): void {
    const at = this.#filled;
    const payloadBytes = payload.byteLength;
    const crc = crc32(payload);
    writeHeader(this.#bytes, at, { type: FrameType.DATA, requestId, payloadBytes, crc });
    this.#bytes.set(payload, at + HEADER_BYTES);
    this.#filled = at + HEADER_BYTES + payloadBytes;
  }

  /**
   * Takes out what was added.
   *
   * @returns Whole frames; to be used before this is called again after the next.
   */
  take(): Uint8Array {
    const frames = this.#bytes.subarray(0, this.#filled);
    [this.#bytes, this.#other] = [this.#other, this.#bytes];
    this.#filled = 0;
    return frames;
  }
}

const encoder = new TextEncoder();
