/** Cells of {@linkcode LiveCounters}. */
const CHANGES = 0;
const RECORDS = 1;
const LEASED = 2;
const CELLS = 3;

/** What all workers count together, in memory that they share with the main thread. */
export class LiveCounters {
  readonly #cells: BigInt64Array;

  /** @param shared From {@linkcode LiveCounters.allocate}. */
  constructor(shared: SharedArrayBuffer) {
    this.#cells = new BigInt64Array(shared);
  }

  /** Makes the memory, zeroed. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(CELLS * 8);
  }

  /** Times that something visible in the tree has changed. */
  get changes(): number {
    return Number(Atomics.load(this.#cells, CHANGES));
  }

  /** Records that the history has got. */
  get historyRecords(): number {
    return Number(Atomics.load(this.#cells, RECORDS));
  }

  /** Workers that serve somebody. */
  get leased(): number {
    return Number(Atomics.load(this.#cells, LEASED));
  }

  set leased(count: number) {
    Atomics.store(this.#cells, LEASED, BigInt(count));
  }

  /** Something visible in the tree has changed. */
  addChange(): void {
    Atomics.add(this.#cells, CHANGES, 1n);
  }

  /** Records can be read. */
  addHistoryRecords(count: number): void {
    Atomics.add(this.#cells, RECORDS, BigInt(count));
  }
}
