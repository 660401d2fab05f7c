/**
 * Reads a source ahead of its readers, up to a bound. Any number of readers may share it: each item
 * goes to one of them. It ends, or fails, as the source does.
 */
export class ReadAhead<T> implements AsyncIterable<T> {
  readonly #source: AsyncIterable<T>;
  readonly #most: number;
  readonly #onItem: (item: T) => void;
  readonly #items: AsyncGenerator<T, void, void>;
  readonly #ready: T[] = [];
  #reader = Promise.withResolvers<void>();
  #pump = Promise.withResolvers<void>();
  #isOver = false;
  #isUnwanted = false;

  /**
   * @param source What to read.
   * @param most Most items read ahead.
   * @param onItem Told each item as soon as it is read.
   */
  constructor(source: AsyncIterable<T>, most: number, onItem: (item: T) => void) {
    this.#source = source;
    this.#most = most;
    this.#onItem = onItem;
    this.#items = this.#read();
  }

  /** The one iterator, which all readers share; one that leaves early ends it for all. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    return this.#items;
  }

  async *#read(): AsyncGenerator<T, void, void> {
    const reading = this.#readSource();
    // Awaited at the end; this keeps a failure in between from counting as unhandled.
    reading.catch(() => {});
    try {
      for (;;) {
        const item = this.#ready.shift();
        if (item !== undefined) {
          this.#pump.resolve();
          yield item;
        } else if (this.#isOver) {
          return await reading;
        } else {
          this.#reader = Promise.withResolvers();
          await this.#reader.promise;
        }
      }
    } finally {
      this.#isUnwanted = true;
      this.#pump.resolve();
    }
  }

  async #readSource(): Promise<void> {
    try {
      for await (const item of this.#source) {
        if (this.#isUnwanted) return;
        this.#onItem(item);
        this.#ready.push(item);
        this.#reader.resolve();
        while (this.#ready.length >= this.#most && !this.#isUnwanted) {
          this.#pump = Promise.withResolvers();
          await this.#pump.promise;
        }
      }
    } finally {
      this.#isOver = true;
      this.#reader.resolve();
    }
  }
}
