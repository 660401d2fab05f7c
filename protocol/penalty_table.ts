/** Bounds of penalties. */
export interface PenaltyBounds {
  /** Less than this is only remembered, in ms. @default 15_000 */
  readonly leastMs: number;
  /** No penalty is longer, in ms. @default 600_000 */
  readonly mostMs: number;
  /** Names that are remembered; beyond, those that offended longest ago are forgotten. @default 10_000 */
  readonly names: number;
}

/** Bounds that are told none. */
export const DEFAULT_PENALTY_BOUNDS: PenaltyBounds = {
  leastMs: 15_000,
  mostMs: 600_000,
  names: 10_000,
};

interface Penalty {
  /** When all of it is over. */
  untilMs: number;
  /** Whether it has come to the least; then it holds to its end. */
  isHeld: boolean;
}

/**
 * Penalties by name, as of OpenSSH's PerSourcePenalties: offences add up, time takes away, and who has more than a little
 * is refused until nothing is left. The caller has the clock.
 */
export class PenaltyTable {
  readonly #bounds: PenaltyBounds;
  /** Who offended last is last. */
  readonly #penalties = new Map<string, Penalty>();

  /** @param bounds Those that differ from the defaults. */
  constructor(bounds: Partial<PenaltyBounds> = {}) {
    this.#bounds = { ...DEFAULT_PENALTY_BOUNDS, ...bounds };
  }

  /** Names that are remembered. */
  get size(): number {
    return this.#penalties.size;
  }

  /**
   * Adds to a penalty.
   *
   * @param name Who has offended.
   * @param costMs What it costs.
   * @param nowMs The present.
   * @returns How long it is refused from now on, in ms; 0 when it is not.
   */
  add(name: string, costMs: number, nowMs: number): number {
    const { leastMs, mostMs, names } = this.#bounds;
    const before = this.#living(name, nowMs);
    const untilMs = Math.min((before?.untilMs ?? nowMs) + costMs, nowMs + mostMs);
    const isHeld = (before?.isHeld ?? false) || untilMs - nowMs >= leastMs;
    this.#penalties.delete(name);
    this.#penalties.set(name, { untilMs, isHeld });
    if (this.#penalties.size > names) this.#forgetOldest();
    return isHeld ? untilMs - nowMs : 0;
  }

  /**
   * Says how long a name is refused.
   *
   * @param name Who comes.
   * @param nowMs The present.
   * @returns In ms; 0 when it is not.
   */
  restMs(name: string, nowMs: number): number {
    const penalty = this.#living(name, nowMs);
    return penalty?.isHeld ? penalty.untilMs - nowMs : 0;
  }

  #living(name: string, nowMs: number): Penalty | undefined {
    const penalty = this.#penalties.get(name);
    if (penalty === undefined || penalty.untilMs > nowMs) return penalty;
    this.#penalties.delete(name);
    return undefined;
  }

  #forgetOldest(): void {
    for (const name of this.#penalties.keys()) {
      this.#penalties.delete(name);
      return;
    }
  }
}
