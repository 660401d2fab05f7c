import type { BufferSource } from "#protocol/frame_reader.ts";
import { HEADER_BYTES, MAX_DATA_BYTES } from "#protocol/limits.ts";

/** One to fill, one to check, one to write to disk. */
const MOST_LARGE = 3;
/** The largest frame and the header behind it. */
const LARGE_BYTES = HEADER_BYTES + MAX_DATA_BYTES + HEADER_BYTES;
const SMALL_BYTES = 4096;

/**
 * The buffers that one connection receives into. There are at most three large ones, so a consumer
 * that does not give them back stops the reading of the socket, and memory stays flat.
 */
export class ReceiveBuffers implements BufferSource, Disposable {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #made = 0;
  #waiter: PromiseWithResolvers<Uint8Array<ArrayBuffer>> | undefined;
  #isClosed = false;

  takeSmall(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(SMALL_BYTES);
  }

  /**
   * @returns A buffer for the largest frame, as soon as one is free.
   * @throws {Error} When the buffers were disposed of during the wait.
   */
  takeLarge(): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made < MOST_LARGE) {
      this.#made++;
      return new Uint8Array(LARGE_BYTES);
    }
    this.#waiter = Promise.withResolvers();
    if (this.#isClosed) this.#waiter.reject(new Error("the buffers are gone"));
    return this.#waiter.promise;
  }

  /** Takes a buffer back; small ones are left to the garbage collector. */
  giveBack(buffer: Uint8Array<ArrayBuffer>): void {
    if (buffer.byteLength !== LARGE_BYTES) return;
    if (this.#waiter === undefined) {
      this.#free.push(buffer);
    } else {
      this.#waiter.resolve(buffer);
      this.#waiter = undefined;
    }
  }

  /** Ends a wait for a buffer. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#waiter?.reject(new Error("the buffers are gone"));
    this.#waiter = undefined;
  }
}
