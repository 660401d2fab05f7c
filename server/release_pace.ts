/** For how long a worker that came free gives hope of the next, in ms. */
export interface HopeMs {
  /** While the cores have time to spare: then it is the clients that are slow, and one more is served at no cost. */
  readonly idle: number;
  /** While the cores are busy: one more would only take from those who are being served. */
  readonly busy: number;
}

/** What a throttle slows down is no work for the cores, and is meant to flow at the same time. */
export const HOPE_MS: Readonly<Record<"unthrottled" | "throttled", HopeMs>> = {
  unthrottled: { idle: 100, busy: 1_000 },
  throttled: { idle: 100, busy: 100 },
};
/** Who waits is served by workers that come free as long as all who wait are within this time. */
const PATIENCE_MS = 2_000;
/** A timer that wakes so late says that the cores have more to do than they can. */
const LATE_MS = 20;
/** So large a share of all cores that this process uses says that they are what limits it. */
const BUSY_SHARE = 0.1;
/** Weight of the latest time between two releases in the mean. */
const LATEST = 0.2;

/**
 * Watches whether workers come free. A crowd of short requests is done no faster by more workers than
 * the cores can run, and each costs memory and the processor time of its start. During long transfers
 * none comes free: then more are needed.
 */
export class ReleasePace {
  #hopeMs: HopeMs;
  #least: number;
  readonly #now: () => number;
  /** How many may be served at the same time before somebody must wait for a worker to come free. */
  #places: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #grownMs = Number.NEGATIVE_INFINITY;
  /** Mean time between two releases. */
  #betweenMs = 0;
  #isBusy = false;

  /**
   * @param least How many are always served at the same time.
   * @param hopeMs How long one that came free gives hope of the next.
   * @param now Its clock, in ms. @default performance.now
   */
  constructor(least: number, hopeMs: HopeMs, now: () => number = () => performance.now()) {
    this.#hopeMs = hopeMs;
    this.#now = now;
    this.#least = least;
    this.#places = least;
  }

  /** Follows a throttle that was set or lifted; takes what the constructor took. */
  adapt(least: number, hopeMs: HopeMs): void {
    this.#least = least;
    this.#hopeMs = hopeMs;
  }

  /** Look again after this time, in ms, while somebody waits. */
  get lookAgainMs(): number {
    return this.#hopeMs.idle;
  }

  /** Notes that a worker came free. */
  noteRelease(): void {
    const nowMs = this.#now();
    const betweenMs = Math.min(nowMs - this.#lastMs, this.#movingMs);
    this.#betweenMs += LATEST * (betweenMs - this.#betweenMs);
    this.#lastMs = nowMs;
  }

  /** Notes that somebody begins to wait, where nobody did. */
  noteQueue(): void {
    this.#lastMs = this.#now();
  }

  /**
   * Notes how busy the cores are.
   *
   * @param lateMs How late a timer woke.
   * @param usedShare What this process used of all cores since the last time, 0 to 1.
   */
  noteLoad(lateMs: number, usedShare: number): void {
    this.#isBusy = lateMs > LATE_MS || usedShare > BUSY_SHARE;
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
    if (nowMs - this.#lastMs >= this.#movingMs) return false;
    const isShort = waiting * this.#betweenMs < PATIENCE_MS;
    // With a long queue one more follows from time to time, if it is the clients that are slow.
    return isShort || this.#isBusy || nowMs - this.#grownMs < this.#movingMs;
  }

  /** A worker that came free so short a time ago says that requests are short: others follow. */
  get #movingMs(): number {
    return this.#isBusy ? this.#hopeMs.busy : this.#hopeMs.idle;
  }
}
