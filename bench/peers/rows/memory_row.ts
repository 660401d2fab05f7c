import { join } from "node:path";
import { formatBytes } from "#protocol/byte_units.ts";
import { writeSparseFile } from "#tests/support/big_transfer.ts";
import { peakMemoryBytes, watchPeakMemory } from "#tests/support/peak_memory.ts";
import { plainGoal, type RowResult } from "../goal.ts";
import { startSluice } from "../servers/sluice.ts";
import { settleDisk, type World } from "../world.ts";

const LONG_BYTES = 10 * 1024 ** 3;
const DEADLINE_MS = 300_000;
const MOST_MEGABYTES = 200;

/** Moves a very large file up and down and watches the memory of both processes. */
export async function memoryRow(world: World): Promise<RowResult> {
  const sizeBytes = world.options.isLong ? LONG_BYTES : 2 * world.options.sizeBytes;
  const server = await startSluice(world);
  const source = join(world.downloads, "memory.bin");
  const back = join(world.downloads, "memory-back.bin");
  await writeSparseFile(source, sizeBytes);
  const up = await peakOf(world, server.address, ["upload", source, "--to", "up"]);
  const down = await peakOf(world, server.address, ["download", "up/memory.bin", "--as", back]);
  const peakMegabytes = (await peakMemoryBytes(server.process.pid) ?? Number.NaN) / 1e6;
  for (const path of [source, back, join(world.uploads, "memory.bin")]) await Deno.remove(path);
  await settleDisk(world);
  const bound = { atMost: MOST_MEGABYTES };
  return {
    id: "memory",
    title: `peak memory over ${formatBytes(sizeBytes)} up and down`,
    unit: "",
    contenders: [],
    goals: [
      plainGoal("server, after both", " MB", bound, [peakMegabytes]),
      plainGoal("client, upload", " MB", bound, [up]),
      plainGoal("client, download", " MB", bound, [down]),
    ],
    remarks: world.options.isLong ? [] : ["Not the 10 GiB of the goal: `--long` moves them."],
  };
}

async function peakOf(world: World, address: string, args: readonly string[]): Promise<number> {
  let watching: Promise<number> = Promise.resolve(0);
  await world.processes.run(world.sluice("--quiet", "--server", address, ...args), {
    deadlineMs: DEADLINE_MS,
    onStart: (pid, ended) => watching = watchPeakMemory(pid, ended),
  });
  return await watching / 1e6;
}
