/** Most characters of one answer; what follows is dropped. */
const MAX_LINE = 64 * 1024;

/** Reads lines from a byte source, a read at a time, and only when one is wanted. */
export class LineReader {
  readonly #read: (buffer: Uint8Array) => Promise<number | null>;
  readonly #decoder = new TextDecoder();
  #text = "";
  #isAtEnd = false;
  #reading: Promise<void> | undefined;

  /** @param read Fills a buffer; null at the end. */
  constructor(read: (buffer: Uint8Array) => Promise<number | null>) {
    this.#read = read;
  }

  /**
   * Reads one line.
   *
   * @param signal Ends the wait. A read that is under way then serves the next call.
   * @returns The line without its end, or undefined at the end of the input or when aborted.
   */
  async read(signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const line = this.#takeLine();
      if (line !== undefined) return line;
      if (this.#isAtEnd) return undefined;
      this.#reading ??= this.#fill().finally(() => this.#reading = undefined);
      await untilAborted(this.#reading, signal);
    }
  }

  /**
   * Reads what there is, for input that comes key by key.
   *
   * @param signal Ends the wait. A read that is under way then serves the next call.
   * @returns Some characters, or undefined at the end of the input or when aborted.
   */
  async readSome(signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const text = this.#text;
      this.#text = "";
      if (text !== "") return text;
      if (this.#isAtEnd) return undefined;
      this.#reading ??= this.#fill().finally(() => this.#reading = undefined);
      await untilAborted(this.#reading, signal);
    }
  }

  #takeLine(): string | undefined {
    const end = this.#text.indexOf("\n");
    if (end === -1 && !(this.#isAtEnd && this.#text !== "")) return undefined;
    const line = end === -1 ? this.#text : this.#text.slice(0, end);
    this.#text = end === -1 ? "" : this.#text.slice(end + 1);
    return line.replace(/\r$/, "");
  }

  async #fill(): Promise<void> {
    const buffer = new Uint8Array(4096);
    const count = await this.#read(buffer);
    if (count === null || count === 0) {
      this.#text += this.#decoder.decode();
      this.#isAtEnd = true;
      return;
    }
    this.#text += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
    if (this.#text.length > MAX_LINE && !this.#text.includes("\n")) {
      this.#text = this.#text.slice(0, MAX_LINE);
    }
  }
}

async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
