/**
 * So long a worker that came free gives hope of the next, in ms. What a throttle slows down is no work
 * for the cores, and is meant to flow at the same time.
 */
export const MOVING_MS = { unthrottled: 250, throttled: 100 } as const;
/** Who waits is served by workers that come free as long as all who wait are within this time. */
const PATIENCE_MS = 2_000;
/** A timer that wakes so late says that the cores have more to do than they can. */
const LATE_MS = 20;
/** Weight of the latest time between two releases in the mean. */
const LATEST = 0.2;

/**
 * Watches whether workers come free. A crowd of short requests is done no faster by more workers than
 * the cores can run, and each costs memory and the processor time of its start. During long transfers
 * none comes free: then more are needed.
 */
export class ReleasePace {
  /** A worker that came free so short a time ago, in ms, says that requests are short: others follow. */
  movingMs: number;
  readonly #least: number;
  readonly #now: () => number;
  /** How many may be served at the same time before somebody must wait for a worker to come free. */
  #places: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #grownMs = Number.NEGATIVE_INFINITY;
  /** Mean time between two releases. */
  #betweenMs = 0;
  #isLate = false;

  /**
   * @param least How many are always served at the same time.
   * @param movingMs How long one that came free gives hope of the next, in ms.
   * @param now Its clock, in ms. @default performance.now
   */
  constructor(least: number, movingMs: number, now: () => number = () => performance.now()) {
    this.movingMs = movingMs;
    this.#now = now;
    this.#least = least;
    this.#places = least;
  }

  /** Notes that a worker came free. */
  noteRelease(): void {
    const nowMs = this.#now();
    const betweenMs = Math.min(nowMs - this.#lastMs, this.movingMs);
    this.#betweenMs += LATEST * (betweenMs - this.#betweenMs);
    this.#lastMs = nowMs;
  }

  /** Notes how late a timer woke. */
  noteWake(lateMs: number): void {
    this.#isLate = lateMs > LATE_MS;
  }

  /** Notes that one more begins to serve; the next one follows only after a while. */
  noteGrowth(): void {
    this.#lastMs = this.#grownMs = this.#now();
  }

  /** Notes that nobody waits: there is room again beside those who are served. */
  noteCalm(served: number): void {
    this.#places = served + this.#least;
  }

  /**
   * Whether one more is served at once by a worker that idles. Many at the same time take turns on the
   * cores, each with megabytes of its own, and all together get less done than a few; so one more
   * follows only when none came free for a while.
   *
   * @param served How many are being served.
   * @param waiting How many wait.
   */
  admits(served: number, waiting: number): boolean {
    if (served < this.#places) return true;
    if (this.isDraining(waiting)) return false;
    this.#places = served + 1;
    this.noteGrowth();
    return true;
  }

  /**
   * Whether those who wait are soon served by workers that come free.
   *
   * @param waiting How many wait.
   */
  isDraining(waiting: number): boolean {
    const nowMs = this.#now();
    if (nowMs - this.#lastMs >= this.movingMs) return false;
    const isShort = waiting * this.#betweenMs < PATIENCE_MS;
    // With a long queue one more follows from time to time, if it is the clients that are slow.
    return isShort || this.#isLate || nowMs - this.#grownMs < this.movingMs;
  }
}
