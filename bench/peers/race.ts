import type { Contender, Cost } from "./goal.ts";
import { readProcessStats, reapedCpuSeconds, treeCpuSeconds } from "./process_cpu.ts";
import type { Command, CommandEnd } from "./processes.ts";
import { settleDisk, type World } from "./world.ts";

/** What the cost of large files is counted for. */
export const GIBIBYTE: number = 1024 ** 3;

/** One that takes its turn in each round. */
export interface Racer {
  readonly name: string;
  /** Why it cannot run, if so. */
  readonly missing?: string | undefined;
  readonly remark?: string;
  /** The process at the top of its server's; left out when there is none. */
  readonly serverPid?: number | undefined;
  /** What to run in a round; every round has names of its own. */
  readonly command: (round: number) => Command;
  /** Looks at what came of it, and may clean up. The clock has stopped. */
  readonly finish?: (round: number, end: CommandEnd) => Promise<void>;
  /** Seconds that count; by default the wall time of the command. */
  readonly secondsOf?: (end: CommandEnd) => number;
}

/** What is raced for. */
export interface RaceOptions {
  /** How much is moved by one command, in the unit of the values per second. */
  readonly amount: number;
  /** Units that the cost is counted for: GiB, or thousands of files. */
  readonly costUnits: number;
}

/**
 * Runs all racers in turn, round by round; the first round warms caches up and does not count. After
 * each command what is dirty is written back, so that no one pays for the one before.
 *
 * @returns Amount per second for each round.
 */
export async function race(
  world: World,
  racers: readonly Racer[],
  options: RaceOptions,
): Promise<Contender[]> {
  const values = racers.map((): number[] => []);
  const costs = racers.map((): Cost[] => []);
  for (let round = 0; round <= world.options.rounds; round++) {
    for (let turn = 0; turn < racers.length; turn++) {
      // Each begins a round in its turn: what a program leaves to the next one meets all of them.
      const index = (turn + round) % racers.length;
      const racer = racers[index];
      if (racer === undefined || racer.missing !== undefined) continue;
      const before = await readProcessStats();
      const end = await world.processes.run(racer.command(round));
      const after = await readProcessStats();
      await racer.finish?.(round, end);
      await settleDisk(world);
      if (round === 0) continue;
      values[index]?.push(options.amount / (racer.secondsOf?.(end) ?? end.seconds));
      costs[index]?.push(costOf(before, after, racer.serverPid, options.costUnits));
    }
  }
  return racers.map(({ name, missing, remark }, index) => ({
    name,
    values: values[index] ?? [],
    cost: costs[index] ?? [],
    ...missing === undefined ? {} : { missing },
    ...remark === undefined ? {} : { remark },
  }));
}

function costOf(before: string, after: string, serverPid: number | undefined, units: number): Cost {
  const spent = (read: (stats: string) => number): number => (read(after) - read(before)) / units;
  return {
    // The command is the only child of this process that ended in between.
    client: spent((stats) => reapedCpuSeconds(stats, Deno.pid)),
    server: serverPid === undefined ? 0 : spent((stats) => treeCpuSeconds(stats, serverPid)),
  };
}
