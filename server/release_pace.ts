/** When somebody has waited this long, one more follows from time to time all the same. */
const PATIENCE_MS = 2_000;

/**
 * Watches whether workers come free. A crowd of short requests is done no faster by more workers than
 * the cores can run, and each costs memory and the processor time of its start. During long transfers
 * none comes free: then more are needed.
 */
export class ReleasePace {
  readonly #askedMs = new WeakMap<object, number>();
  /** A worker that came free so short a time ago, in ms, says that requests are short: others follow. */
  readonly movingMs: number;
  readonly #least: number;
  /** How many may be served at the same time before somebody must wait for a worker to come free. */
  #places: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #grownMs = Number.NEGATIVE_INFINITY;

  /**
   * @param least How many are always served at the same time.
   * @param movingMs How long one that came free gives hope of the next, in ms.
   */
  constructor(least: number, movingMs: number) {
    this.movingMs = movingMs;
    this.#least = least;
    this.#places = least;
  }

  /** Notes that somebody begins to wait. */
  noteAsked(waiter: object): void {
    this.#askedMs.set(waiter, performance.now());
  }

  /** Notes that a worker came free. */
  noteRelease(): void {
    this.#lastMs = performance.now();
  }

  /** Notes that one more begins to serve; the next one follows only after a while. */
  noteGrowth(): void {
    this.#lastMs = this.#grownMs = performance.now();
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
   * @param oldest Who has waited longest.
   */
  admits(served: number, oldest: object | undefined): boolean {
    if (served < this.#places) return true;
    if (this.isDraining(oldest)) return false;
    this.#places = served + 1;
    this.noteGrowth();
    return true;
  }

  /**
   * Whether those who wait are soon served by workers that come free.
   *
   * @param oldest Who has waited longest.
   */
  isDraining(oldest: object | undefined): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#lastMs >= this.movingMs) return false;
    const askedMs = oldest === undefined ? undefined : this.#askedMs.get(oldest);
    const isPatient = nowMs - (askedMs ?? nowMs) < PATIENCE_MS;
    return isPatient || nowMs - this.#grownMs < this.movingMs;
  }
}
