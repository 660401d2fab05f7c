/** When connections are dropped early, as of OpenSSH's MaxStartups. */
export interface StartupLimits {
  /** Connections before their welcome from which on some new ones are dropped. */
  readonly start: number;
  /** How many of a hundred are dropped at the start; more and more towards the end. */
  readonly ratePercent: number;
  /** From so many on all are dropped. */
  readonly full: number;
}

/**
 * Gives the limits of a server that is told none: peers that have shown nothing yet cannot have more than half of it.
 *
 * @param maxConnections Connections that it takes.
 */
export function defaultStartups(maxConnections: number): StartupLimits {
  const start = Math.ceil(maxConnections / 4);
  return { start, ratePercent: 30, full: Math.max(start, Math.ceil(maxConnections / 2)) };
}

/**
 * Says how likely a new connection is dropped.
 *
 * @param startups Connections that have not been welcomed.
 * @param limits From where to where.
 * @returns 0 to 1, never less for more of them.
 */
export function dropChance(
  startups: number,
  { start, ratePercent, full }: StartupLimits,
): number {
  if (startups >= full) return 1;
  if (startups < start) return 0;
  const least = ratePercent / 100;
  return least + (1 - least) * (startups - start) / (full - start);
}

/**
 * Reads limits as people write them: `START:RATE:FULL`.
 *
 * @param text Such as `100:30:400`, or one number for both ends.
 * @throws {RangeError} When it is something else.
 */
export function parseStartups(text: string): StartupLimits {
  const match = /^(\d{1,6})(?::(\d{1,3}):(\d{1,6}))?$/.exec(text.trim());
  const [start, ratePercent, full] = (match ?? []).slice(1).map(Number);
  const limits = match?.[2] === undefined
    ? { start: start ?? 0, ratePercent: 100, full: start ?? 0 }
    : { start: start ?? 0, ratePercent: ratePercent ?? 0, full: full ?? 0 };
  const isOrdered = limits.start >= 1 && limits.full >= limits.start && limits.ratePercent <= 100;
  if (match !== null && isOrdered) return limits;
  const why = "write them like 100:30:400 (start:percent:full)";
  throw new RangeError(`Cannot read "${text}" as limits of startups: ${why}`);
}
