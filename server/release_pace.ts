/** A worker that came free so short a time ago says that requests are short: others will follow. */
export const MOVING_MS = 100;
/** Nobody waits longer for workers to come free while one more could start. */
const PATIENCE_MS = 2_000;

/**
 * Watches whether workers come free. A crowd of short requests is done no faster by more workers than
 * the cores can run, and each costs memory and the processor time of its start. During long transfers
 * none comes free: then more are needed.
 */
export class ReleasePace {
  readonly #askedMs = new WeakMap<object, number>();
  #lastMs = Number.NEGATIVE_INFINITY;

  /** Notes that somebody begins to wait. */
  noteAsked(waiter: object): void {
    this.#askedMs.set(waiter, performance.now());
  }

  /** Notes that a worker came free. */
  noteRelease(): void {
    this.#lastMs = performance.now();
  }

  /**
   * Whether those who wait are soon served by workers that come free.
   *
   * @param oldest Who has waited longest.
   */
  isDraining(oldest: object | undefined): boolean {
    const nowMs = performance.now();
    const askedMs = oldest === undefined ? undefined : this.#askedMs.get(oldest);
    return nowMs - this.#lastMs < MOVING_MS && nowMs - (askedMs ?? nowMs) < PATIENCE_MS;
  }
}
