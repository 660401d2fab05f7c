import { withDeadline } from "./deadline.ts";

/** The lines that a stream has given so far, and a way to wait for one. */
export class LineLog {
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  readonly #lines: string[] = [];
  readonly #waiters = new Set<() => void>();
  #hasEnded = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#collect(stream);
  }

  /** All lines so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** All text so far. */
  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  /**
   * Waits for a line, which may have come already.
   *
   * @param isWanted Whether this is the line.
   * @param what Its name, for the failure's message.
   * @param deadlineMs How long.
   * @returns The first such line.
   * @throws {Error} When the stream ends or the deadline passes without one.
   */
  waitFor(
    isWanted: (line: string) => boolean,
    what: string,
    deadlineMs?: number,
  ): Promise<string> {
    const found = Promise.withResolvers<string>();
    const look = (): void => {
      const line = this.#lines.find(isWanted);
      if (line !== undefined) found.resolve(line);
      else if (this.#hasEnded) found.reject(new Error(`No ${what} in:\n${this.text}`));
    };
    this.#waiters.add(look);
    look();
    return withDeadline(found.promise, `${what}, after:\n${this.text}`, deadlineMs)
      .finally(() => this.#waiters.delete(look));
  }

  async #collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.#lines.push(...lines);
      this.#wake();
    }
    if (rest !== "") this.#lines.push(rest);
    this.#hasEnded = true;
    this.#wake();
  }

  #wake(): void {
    for (const look of this.#waiters) look();
  }
}
