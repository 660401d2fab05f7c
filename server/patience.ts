/** How long a peer may keep its server waiting. */
export interface PatienceLimits {
  /** For a peer that moves nothing, in ms. */
  readonly stallMs: number;
  /** The most that moved bytes can earn it, in ms. */
  readonly mostMs: number;
  /** Bytes per second that keep it going; 0 when any byte does. */
  readonly minRate: number;
}

/**
 * Patience with a peer from which something is due: time uses it up, and each byte that moves gives some back, so that
 * one at less than the least rate runs out of it, however regular it is. The caller has the clock.
 */
export class Patience {
  readonly #limits: PatienceLimits;
  #leftMs: number;

  /** @param limits How much of it there is. */
  constructor(limits: PatienceLimits) {
    this.#limits = limits;
    this.#leftMs = limits.stallMs;
  }

  /** A new piece of work begins with all of it. */
  renew(): void {
    this.#leftMs = Math.max(this.#leftMs, this.#limits.stallMs);
  }

  /**
   * Counts what happened since the last call.
   *
   * @param dueMs Time in which something was due from the peer.
   * @param bytes Bytes that moved.
   * @returns Whether none is left.
   */
  spend(dueMs: number, bytes: number): boolean {
    const { mostMs, minRate } = this.#limits;
    const earnedMs = minRate > 0 ? bytes / minRate * 1000 : bytes > 0 ? mostMs : 0;
    this.#leftMs = Math.min(mostMs, this.#leftMs + earnedMs) - dueMs;
    return this.#leftMs < 0;
  }
}
