/** Cells of 32 bits: how often the text has begun or ended to change, and its length. */
const VERSION = 0;
const LENGTH = 1;
const TEXT_AT = 8;
const MAX_TEXT_BYTES = 64 * 1024;

/**
 * A value that the main thread may change at any time and all workers see at once, without a message:
 * JSON in shared memory. Who asks again and again pays one atomic load while nothing changes.
 */
export class SharedJson<T> {
  readonly #cells: Int32Array;
  readonly #bytes: Uint8Array<ArrayBufferLike>;
  #seen = -1;
  #value: T | undefined;

  /** @param shared From {@linkcode SharedJson.allocate}. */
  constructor(shared: SharedArrayBuffer) {
    this.#cells = new Int32Array(shared, 0, 2);
    this.#bytes = new Uint8Array(shared, TEXT_AT);
  }

  /** Makes the memory. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(TEXT_AT + MAX_TEXT_BYTES);
  }

  /**
   * Changes the value; the main thread's alone.
   *
   * @param value Anything that JSON can hold.
   * @throws {RangeError} When it takes more than 64 KiB.
   */
  write(value: T): void {
    const text = encoder.encode(JSON.stringify(value));
    if (text.byteLength > MAX_TEXT_BYTES) {
      throw new RangeError(`Cannot use the settings: they take over ${MAX_TEXT_BYTES} bytes`);
    }
    Atomics.add(this.#cells, VERSION, 1);
    this.#bytes.set(text);
    this.#cells[LENGTH] = text.byteLength;
    Atomics.add(this.#cells, VERSION, 1);
  }

  /** The value; the same object as long as nothing has changed. It has been written once before. */
  read(): T {
    for (;;) {
      const version = Atomics.load(this.#cells, VERSION);
      // The writer is in the middle of it: what was true a moment ago will do.
      if (this.#value !== undefined && (version === this.#seen || version % 2 !== 0)) {
        return this.#value;
      }
      const text = this.#bytes.slice(0, this.#cells[LENGTH]);
      if (version % 2 !== 0 || Atomics.load(this.#cells, VERSION) !== version) continue;
      const value: T = JSON.parse(decoder.decode(text));
      this.#value = value;
      this.#seen = version;
      return value;
    }
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
