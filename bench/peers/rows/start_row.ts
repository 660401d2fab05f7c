import { join } from "node:path";
import { timeList } from "../../startup_bench.ts";
import { type Contender, plainGoal, type RowResult } from "../goal.ts";
import { startSluice } from "../servers/sluice.ts";
import { ensureFile } from "./source_files.ts";
import type { World } from "../world.ts";

/** Times the command line's start, as installed and as a task. */
export async function startRow(world: World): Promise<RowResult> {
  await ensureFile(world, "first.bin", 64 * 1024);
  const server = await startSluice(world);
  const folder = join(world.settings, "installed");
  await Deno.mkdir(folder, { recursive: true });
  const forms = await timeList(folder, server.address, world.options.rounds);
  const contenders: readonly Contender[] = [
    ...forms.map(({ name, times }) => ({ name, values: times })),
    { name: 'deno eval ""', values: forms.flatMap(({ baseTimes }) => baseTimes) },
  ];
  return {
    id: "start",
    title: "`sluice list`, from the start of the process to its end",
    unit: "ms",
    contenders,
    goals: [
      plainGoal(
        'times `deno eval ""`, as installed',
        "x",
        { atMost: 2.5 },
        forms[0]?.ratios ?? [],
      ),
    ],
    remarks: [],
  };
}
