import { crc32 } from "node:zlib";
import { FrameType, writeHeader } from "#protocol/frame.ts";
import { HEADER_BYTES, MAX_DATA_BYTES } from "#protocol/limits.ts";
import { packInPlace } from "#protocol/packed_data.ts";

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

  /**
   * Adds a DATA frame; the bytes are copied.
   *
   * @param requestId Request that it belongs to.
   * @param plain Bytes of a file.
   * @param isToPack Whether it becomes a PACKED frame when that saves bytes.
   */
  addData(requestId: number, plain: Uint8Array, isToPack: boolean): void {
    const at = this.#filled;
    const payloadAt = at + HEADER_BYTES;
    const crc = crc32(plain);
    this.#bytes.set(plain, payloadAt);
    const packedBytes = isToPack
      ? packInPlace(this.#bytes.subarray(payloadAt, payloadAt + plain.byteLength))
      : undefined;
    const type = packedBytes === undefined ? FrameType.DATA : FrameType.PACKED;
    const payloadBytes = packedBytes ?? plain.byteLength;
    writeHeader(this.#bytes, at, { type, requestId, payloadBytes, crc });
    this.#filled = payloadAt + payloadBytes;
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
