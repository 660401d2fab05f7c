/** Limits that `+` and `-` go through, in bytes per second; 0 stands for no limit, above them all. */
const RATE_STEPS: readonly number[] = [
  10e3,
  50e3,
  100e3,
  250e3,
  500e3,
  1e6,
  2e6,
  5e6,
  10e6,
  20e6,
  50e6,
  100e6,
];

/** The next higher limit; 0 behind the highest. */
export function higherRate(limitRate: number): number {
  if (limitRate === 0) return 0;
  return RATE_STEPS.find((step) => step > limitRate) ?? 0;
}

/**
 * The next lower limit.
 *
 * @param limitRate The present limit; 0 for none.
 * @param rate What it moves now: the first limit lies below that, so that it can be felt.
 */
export function lowerRate(limitRate: number, rate: number | undefined): number {
  const below = limitRate === 0 ? rate ?? Number.POSITIVE_INFINITY : limitRate;
  return RATE_STEPS.findLast((step) => step < below) ?? RATE_STEPS[0] ?? 0;
}
