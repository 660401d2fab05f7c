/** Where frames go: a socket. */
export interface ByteSink {
  /** Writes at least one byte of `bytes`. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes whole frames to a socket, one behind the other, in the order of the calls. */
export class FrameWriter {
  readonly #sink: ByteSink;
  readonly #onWritten: () => void;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param sink Where bytes go.
   * @param onWritten Called whenever some bytes have gone.
   */
  constructor(sink: ByteSink, onWritten: () => void) {
    this.#sink = sink;
    this.#onWritten = onWritten;
  }

  /**
   * Writes frames behind those that were handed over before.
   *
   * @param bytes Whole frames; not to be changed until the promise settles.
   * @returns When the socket has taken all bytes.
   */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#last.then(() => this.#writeAll(bytes));
    // Whoever handed the frame over gets its error; the next frame meets the dead socket itself.
    this.#last = written.catch(() => {});
    return written;
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.byteLength) {
      at += await this.#sink.write(bytes.subarray(at));
      this.#onWritten();
    }
  }
}
