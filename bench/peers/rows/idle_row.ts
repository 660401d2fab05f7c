import { median } from "../../statistics.ts";
import { peakMemoryBytes } from "#tests/support/peak_memory.ts";
import type { IdleReport } from "../load/idle.ts";
import { plainGoal, type RowResult } from "../goal.ts";
import type { Running } from "../processes.ts";
import { type SluiceServer, startSluice } from "../servers/sluice.ts";
import { BIG_FILE, type World } from "../world.ts";
import { ensureFile } from "./source_files.ts";

const REPORT_MS = 60_000;

/** Lets many connections list and idle, with a download beside them. */
export async function idleRow(world: World): Promise<RowResult> {
  const { connections, rounds, sizeBytes } = world.options;
  await ensureFile(world, BIG_FILE, sizeBytes);
  const server = await startSluice(world, ["--max-connections", `${connections + 24}`]);
  const [refused, losses, stormLosses, seconds]: number[][] = [[], [], [], []];
  await download(world, server);
  for (let round = 0; round < rounds; round++) {
    const alone = await download(world, server);
    // What the storm of lists does to a download that starts with it.
    const storm = startIdle(world, server);
    const during = await download(world, server);
    const report = await reportOf(storm);
    // And what idle connections do to one.
    const beside = await download(world, server);
    await storm.stop();
    refused?.push(report.refused);
    seconds?.push(report.seconds);
    losses?.push((1 - alone / beside) * 100);
    stormLosses?.push((1 - alone / during) * 100);
  }
  const peakMegabytes = (await peakMemoryBytes(server.process.pid) ?? Number.NaN) / 1e6;
  return {
    id: "idle",
    title: `${connections} connections that each list and then idle`,
    unit: "",
    contenders: [],
    goals: [
      plainGoal("connections refused", "", { atMost: 0 }, refused ?? []),
      plainGoal("server's peak memory", " MB", { atMost: 700 }, [peakMegabytes]),
      plainGoal("loss of a download beside them", " %", { atMost: 20 }, losses ?? []),
    ],
    remarks: [
      `All had their list after ${median(seconds ?? []).toFixed(2)} s. A download that began ` +
      `together with them, while they all connected and listed on the same cores, lost ` +
      `${median(stormLosses ?? []).toFixed(0)} % of its rate.`,
    ],
  };
}

/** Seconds of one download on one connection. */
async function download(world: World, { port }: SluiceServer): Promise<number> {
  const { stdout } = await world.processes.run(world.load("streams", `${port}`, BIG_FILE));
  return JSON.parse(stdout).seconds;
}

function startIdle(world: World, { port }: SluiceServer): Running {
  return world.processes.start(world.load("idle", `${port}`, `${world.options.connections}`));
}

async function reportOf({ stdout }: Running): Promise<IdleReport> {
  return JSON.parse(
    await stdout.waitFor((line) => line !== "", "report of the connections", REPORT_MS),
  );
}
