/** Cells of {@linkcode RoomCells}. */
const FREE = 0;
const USED = 1;
const WRITTEN = 2;
const MEASURED_AT = 3;
const MEASURING_SINCE = 4;
const MEASURE_MS = 5;
const OTHERS = 6;
const CELLS = 7;

/** A measuring worker that gave no sign for this long is gone. */
const LOST_AFTER_MS = 10_000;
/** What other programs changed is noticed this much later, when somebody uploads. */
const STALE_AFTER_MS = 60_000;
const STALE_FACTOR = 100;
/** Least time between two measurements, and how many times longer than one they are apart. */
const LEAST_APART_MS = 1_000;
const APART_FACTOR = 10;

/**
 * How much room there is, of a whole server or of one access token, in memory that all threads share. The main thread
 * notes what the disk has free, a worker what is used; between two looks each worker counts what it writes.
 */
export class RoomCells {
  readonly #cells: BigInt64Array;

  /** @param shared From {@linkcode RoomCells.allocate}. */
  constructor(shared: SharedArrayBuffer) {
    this.#cells = new BigInt64Array(shared);
  }

  /** Makes the memory; nothing is known yet. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(CELLS * 8);
  }

  /** Bytes of the disk that are free. */
  get freeBytes(): number {
    return this.#load(FREE);
  }

  set freeBytes(bytes: number) {
    Atomics.store(this.#cells, FREE, BigInt(bytes));
  }

  /** Bytes that are used, as far as it is known. */
  get usedBytes(): number {
    return this.#load(USED);
  }

  /** Whether what is used was ever measured. */
  get isMeasured(): boolean {
    return this.#load(MEASURED_AT) > 0;
  }

  /** Whether others may have changed much since. */
  get isStale(): boolean {
    const afterMs = Math.max(STALE_AFTER_MS, STALE_FACTOR * this.#load(MEASURE_MS));
    return Date.now() - this.#load(MEASURED_AT) > afterMs;
  }

  /** Whether measuring again may tell more, and costs no more than a tenth of the time. */
  get isWorthMeasuring(): boolean {
    const apartMs = Math.max(LEAST_APART_MS, APART_FACTOR * this.#load(MEASURE_MS));
    return Date.now() - this.#load(MEASURED_AT) > apartMs;
  }

  /** Whether some worker measures now. */
  get isMeasuring(): boolean {
    return Date.now() - this.#load(MEASURING_SINCE) < LOST_AFTER_MS;
  }

  /** Counts bytes that were written, as used. */
  addWritten(bytes: number): void {
    const count = BigInt(bytes);
    Atomics.add(this.#cells, USED, count);
    Atomics.add(this.#cells, WRITTEN, count);
  }

  /** Counts bytes that other processes of the server have written. */
  addByOthers(bytes: number): void {
    const count = BigInt(bytes);
    Atomics.add(this.#cells, USED, count);
    Atomics.add(this.#cells, OTHERS, count);
  }

  /** Counts bytes that are free no more. */
  takeFree(bytes: number): void {
    Atomics.sub(this.#cells, FREE, BigInt(bytes));
  }

  /** Takes the right to measure; says whether nobody else has it. */
  beginMeasuring(): boolean {
    const since = Atomics.load(this.#cells, MEASURING_SINCE);
    if (Date.now() - Number(since) < LOST_AFTER_MS) return false;
    const now = BigInt(Date.now());
    return Atomics.compareExchange(this.#cells, MEASURING_SINCE, since, now) === since;
  }

  /** Says that the measuring goes on. */
  keepMeasuring(): void {
    Atomics.store(this.#cells, MEASURING_SINCE, BigInt(Date.now()));
  }

  /** Bytes written since the start by this process. */
  get writtenBytes(): number {
    return this.#load(WRITTEN);
  }

  /** The same with those of other processes; what is added during a measurement may be counted twice. */
  get addedBytes(): number {
    return this.#load(WRITTEN) + this.#load(OTHERS);
  }

  /**
   * Ends a measurement.
   *
   * @param result What was found, and how long it took; nothing when it failed.
   */
  endMeasuring(result?: { readonly usedBytes: number; readonly tookMs: number }): void {
    if (result !== undefined) {
      Atomics.store(this.#cells, USED, BigInt(result.usedBytes));
      Atomics.store(this.#cells, MEASURE_MS, BigInt(Math.ceil(result.tookMs)));
      Atomics.store(this.#cells, MEASURED_AT, BigInt(Date.now()));
    }
    Atomics.store(this.#cells, MEASURING_SINCE, 0n);
  }

  #load(cell: number): number {
    return Number(Atomics.load(this.#cells, cell));
  }
}
