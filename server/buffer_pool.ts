import { HEADER_BYTES, MAX_DATA_BYTES } from "#protocol/limits.ts";
import type { BufferSource } from "#protocol/frame_reader.ts";

const SMALL_BYTES = 4 * 1024;
/** The largest frame, the next header, and room for small frames in front. */
const LARGE_BYTES = HEADER_BYTES + MAX_DATA_BYTES + 64 * 1024;

/**
 * Input buffers of all connections, recycled. A buffer's pages cost memory only once they were
 * written, so a large buffer that carried small frames stays cheap.
 */
export class BufferPool implements BufferSource {
  readonly #small: ArrayBuffer[] = [];
  readonly #large: ArrayBuffer[] = [];
  readonly #mostLarge: number;

  /** @param mostLarge Large buffers that are kept when nobody needs them. */
  constructor(mostLarge = 16) {
    this.#mostLarge = mostLarge;
  }

  takeSmall(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#small.pop() ?? new ArrayBuffer(SMALL_BYTES));
  }

  takeLarge(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#large.pop() ?? new ArrayBuffer(LARGE_BYTES));
  }

  /** Takes back a buffer that nobody uses any more. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength === SMALL_BYTES && this.#small.length < 256) this.#small.push(buffer);
    if (buffer.byteLength === LARGE_BYTES && this.#large.length < this.#mostLarge) {
      this.#large.push(buffer);
    }
  }
}
