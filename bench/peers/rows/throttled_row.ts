import { join } from "node:path";
import { withDeadline } from "#tests/support/deadline.ts";
import { peakMemoryBytes, proportionalMemoryBytes } from "#tests/support/peak_memory.ts";
import { plainGoal, type RowResult } from "../goal.ts";
import { readProcessStats, treeCpuSeconds } from "../process_cpu.ts";
import { startSluice } from "../servers/sluice.ts";
import type { World } from "../world.ts";

const STREAMS = 256;
const RATE = 100_000;
const FILE = "steady.bin";
/** For all workers to start and the first chunk to come on all streams. */
const START_MS = 60_000;

/** Runs many throttled downloads at the same time. */
export async function throttledRow(world: World): Promise<RowResult> {
  const { steadySeconds } = world.options;
  await Deno.writeFile(join(world.files, FILE), new Uint8Array(0));
  // Holes will do: nobody looks at the bytes. None of the downloads reaches the end.
  await Deno.truncate(join(world.files, FILE), RATE * (steadySeconds + START_MS / 1000));
  const flags = ["--workers", `${STREAMS}`, "--rate-per-connection", `${RATE}`];
  const server = await startSluice(world, flags);
  const steady = ["steady", `${server.port}`, FILE, `${STREAMS}`, `${steadySeconds}`];
  const load = world.processes.start(world.load(...steady));
  const { pid } = server.process;
  const isFlowing = (line: string): boolean => line === '"flowing"';
  await load.stdout.waitFor(isFlowing, "flow on all streams", START_MS);
  const [before, startedMs] = [treeCpuSeconds(await readProcessStats(), pid), performance.now()];
  await withDeadline(load.status, "end of the downloads", steadySeconds * 1000 + START_MS);
  const spent = treeCpuSeconds(await readProcessStats(), pid) - before;
  const seconds = (performance.now() - startedMs) / 1000;
  const rates: readonly number[] = JSON.parse(load.stdout.lines.at(-1) ?? "[]");
  const errors = rates.map((rate) => Math.abs(rate / RATE - 1) * 100);
  const peakGigabytes = (await peakMemoryBytes(pid) ?? Number.NaN) / 1e9;
  const ownGigabytes = (await proportionalMemoryBytes(pid) ?? Number.NaN) / 1e9;
  return {
    id: "throttled",
    title: `${STREAMS} throttled downloads of 100 kB/s each at once`,
    unit: "",
    contenders: [],
    goals: [
      plainGoal("largest error of a rate", " %", { atMost: 5 }, [Math.max(...errors)]),
      plainGoal("server's share of one core", " %", { atMost: 60 }, [spent / seconds * 100]),
      plainGoal("server's peak memory", " GB", { atMost: 3 }, [peakGigabytes]),
    ],
    remarks: [
      `${errors.length} downloads over ${seconds.toFixed(0)} s in which all flowed; each rate is ` +
      `the slope of a line through all chunks. One run.`,
      `Of the server's memory ${
        ownGigabytes.toFixed(2)
      } GB are its own at the end (Pss): the peak, as the resident ` +
      `set, counts the runtime's code once more for each worker, which is in memory once.`,
    ],
  };
}
