/** Bytes that times are given for. */
export const MIB: number = 1024 * 1024;
/** What is left of a lap's weight after each that follows. */
const FADING = 0.8;
/** Stretches of laps in a row of which the fastest counts. */
const STRETCHES = 3;

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

  /** @param lapsEach Laps of a stretch: enough that what comes in lumps is evened out. */
  constructor(lapsEach: number) {
    this.#lapsEach = lapsEach;
  }

  /** Time of a MiB in the fastest of the last stretches; `undefined` until there were enough of them. */
  get ms(): number | undefined {
    return this.#stretches.length < STRETCHES ? undefined : Math.min(...this.#stretches);
  }

  /** Adds a lap. */
  add({ plainBytes, totalMs }: Lap): void {
    this.#plainBytes += plainBytes;
    this.#totalMs += totalMs;
    if (++this.#laps < this.#lapsEach) return;
    this.#stretches.push(this.#totalMs * (MIB / this.#plainBytes));
    if (this.#stretches.length > STRETCHES) this.#stretches.shift();
    this.#laps = 0;
    this.#plainBytes = 0;
    this.#totalMs = 0;
  }
}
