import { ratiosOf, type Spread, spreadOf } from "../statistics.ts";

/** What a measured number must reach. */
export type Bound =
  | { readonly atLeast: number }
  | { readonly atMost: number };

/** A goal and how near to it the run came. */
export interface GoalOutcome {
  /** What is counted: `times rsync -W`. */
  readonly what: string;
  readonly bound: Bound;
  /** Behind the number: ` ms`, ` %`, `x`. */
  readonly unit: string;
  /** `undefined` when it could not be measured; `why` then says why. */
  readonly measured: Spread | undefined;
  readonly why?: string;
}

/** One that was measured, and its number for each round. */
export interface Contender {
  readonly name: string;
  /** In the unit of its row; none when it is missing. */
  readonly values: readonly number[];
  /** Why there are none. */
  readonly missing?: string;
  /** Processor seconds of client and server for each unit of cost, for each round. */
  readonly cost?: readonly Cost[];
  /** What a reader must know to compare: `not fsynced`. */
  readonly remark?: string;
}

/** Processor time in s for each unit of cost. */
export interface Cost {
  readonly client: number;
  readonly server: number;
}

/** All that was found out about one kind of work. */
export interface RowResult {
  /** As `--only` takes it. */
  readonly id: string;
  readonly title: string;
  /** Of the contenders' values: `MB/s`. */
  readonly unit: string;
  /**
   * What cost is counted for.
   * @default "GiB"
   */
  readonly costUnit?: string;
  readonly contenders: readonly Contender[];
  readonly goals: readonly GoalOutcome[];
  readonly remarks: readonly string[];
}

/**
 * Says whether the median reaches a goal.
 *
 * @returns `undefined` when it was not measured.
 */
export function isMet({ bound, measured }: GoalOutcome): boolean | undefined {
  if (measured === undefined || Number.isNaN(measured.median)) return undefined;
  return "atLeast" in bound ? measured.median >= bound.atLeast : measured.median <= bound.atMost;
}

/**
 * Makes the goal of being so many times as fast as another, by the median of the ratios of each round.
 *
 * @param contenders Those of the row; the first is measured against the named one.
 * @param peer Name of the other.
 * @param atLeast Least ratio.
 */
export function ratioGoal(
  contenders: readonly Contender[],
  peer: string,
  atLeast: number,
): GoalOutcome {
  const ours = contenders[0];
  const theirs = contenders.find(({ name }) => name === peer);
  const goal = { what: `times ${peer}`, bound: { atLeast }, unit: "x" };
  const ratios = ratiosOf(ours?.values ?? [], theirs?.values ?? []);
  if (ratios.length > 0) return { ...goal, measured: spreadOf(ratios) };
  return { ...goal, measured: undefined, why: theirs?.missing ?? ours?.missing ?? "not measured" };
}

/**
 * Makes a goal of numbers that stand for themselves.
 *
 * @param what What they count.
 * @param unit Behind each number.
 * @param bound What their median must reach.
 * @param values One for each round.
 */
export function plainGoal(
  what: string,
  unit: string,
  bound: Bound,
  values: readonly number[],
): GoalOutcome {
  if (values.length === 0) return { what, unit, bound, measured: undefined, why: "not measured" };
  return { what, unit, bound, measured: spreadOf(values) };
}
