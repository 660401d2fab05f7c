/** One of Sluice's own figures beside something of this machine that was measured in the same run. */
export interface BaselineFigure {
  /** Key in bench/baseline.json. */
  readonly name: string;
  /** How fast Sluice was, in parts of the other thing's speed. */
  readonly ratio: number;
}

/** A figure may be this part of its baseline: less is no noise any more. */
export const LEAST_SHARE = 0.5;

/**
 * Compares figures with those that were committed.
 *
 * @param figures Of this run.
 * @param baseline Committed ratios by name.
 * @returns A line for each figure that fell below half of its baseline, or has none.
 */
export function fallenFigures(
  figures: readonly BaselineFigure[],
  baseline: Readonly<Record<string, number>>,
): readonly string[] {
  return figures.flatMap(({ name, ratio }) => {
    const committed = baseline[name];
    if (committed === undefined) return [`${name} is not in bench/baseline.json`];
    // Not a number is no figure either.
    if (ratio >= committed * LEAST_SHARE) return [];
    const now = ratio.toPrecision(3);
    return [`${name}: ${now} is under half of the committed ${committed.toPrecision(3)}`];
  });
}
