/** Bytes that times are given for. */
export const MIB: number = 1024 * 1024;
/** What is left of a lap's weight after each that follows. */
const FADING = 0.8;
/** Most stretches of laps in a row of which the fastest counts. */
const MOST_STRETCHES = 3;
/** Least time of a stretch: a receiver that takes many frames at once makes its sender wait in lumps. */
const STRETCH_MS = 100;

/** What one frame took, from its making to the making of the next. */
export interface Lap {
  /** Bytes of the file in it. */
  readonly plainBytes: number;
  /** Bytes that were sent for them. */
  readonly wireBytes: number;
  /** Time spent compressing; 0 when that was not tried. */
  readonly packMs: number;
  /** Time spent waiting for the line: its rate, its window, its buffers. */
  readonly blockedMs: number;
  /** All of its time. */
  readonly totalMs: number;
}

/** Sums of laps that fade, so that the last few count most. */
export class LapFlow {
  #plainBytes = 0;
  #totalMs = 0;
  #blockedMs = 0;

  /** Time of a MiB. */
  get ms(): number {
    return this.#plainBytes > 0 ? this.#totalMs * (MIB / this.#plainBytes) : 0;
  }

  /** Part of the time that was spent waiting. */
  get blocked(): number {
    return this.#totalMs > 0 ? this.#blockedMs / this.#totalMs : 0;
  }

  /** Adds a lap. */
  add(lap: Lap): void {
    this.#plainBytes = FADING * this.#plainBytes + lap.plainBytes;
    this.#totalMs = FADING * this.#totalMs + lap.totalMs;
    this.#blockedMs = FADING * this.#blockedMs + lap.blockedMs;
  }
}

/** How fast it flows when nothing gets in the way: a stretch of laps that was held up does not count. */
export class SteadyFlow {
  readonly #lapsEach: number;
  readonly #stretches: number[] = [];
  #laps = 0;
  #plainBytes = 0;
  #totalMs = 0;

  /** @param lapsEach Laps of a stretch; as many more as come in a tenth of a second. */
  constructor(lapsEach: number) {
    this.#lapsEach = lapsEach;
  }

  /**
   * Gives the time of a MiB in the fastest of the last stretches, which are three at the most.
   *
   * @param least Stretches that there must have been, 1 to 3.
   * @returns `undefined` until there were.
   */
  ms(least: number): number | undefined {
    return this.#stretches.length < least ? undefined : Math.min(...this.#stretches);
  }

  /** Adds a lap. */
  add({ plainBytes, totalMs }: Lap): void {
    this.#plainBytes += plainBytes;
    this.#totalMs += totalMs;
    if (++this.#laps < this.#lapsEach || this.#totalMs < STRETCH_MS) return;
    this.#stretches.push(this.#totalMs * (MIB / this.#plainBytes));
    if (this.#stretches.length > MOST_STRETCHES) this.#stretches.shift();
    this.#laps = 0;
    this.#plainBytes = 0;
    this.#totalMs = 0;
  }
}
