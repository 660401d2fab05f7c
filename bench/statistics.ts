/** The middle of some numbers and how far they reach. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle of some numbers, or the mean of the two in the middle; 0 of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const above = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const below = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (above + below) / 2;
}

/**
 * The number that a share of all is not above, by the nearest rank.
 *
 * @param numbers At least one.
 * @param share 0 to 1, such as 0.99.
 */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Median, least and greatest of at least one number. */
export function spreadOf(numbers: readonly number[]): Spread {
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}

/**
 * Divides the numbers of each round, so that what slows a whole round down does not count.
 *
 * @param ours One number for each round.
 * @param theirs Likewise.
 * @returns As many ratios as both have rounds.
 */
export function ratiosOf(ours: readonly number[], theirs: readonly number[]): readonly number[] {
  const rounds = Math.min(ours.length, theirs.length);
  return ours.slice(0, rounds).map((value, round) => value / (theirs[round] ?? 0));
}
