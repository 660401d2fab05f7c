import { type SluiceServer, startSluice } from "../peers/servers/sluice.ts";
import type { World } from "../peers/world.ts";
import { SLOW_FILE, SLOW_RATE, STREAM_FILE } from "./bench_world.ts";
import {
  type CheckPoint,
  type MeasuredFigures,
  SPARSE_SECONDS,
  WARM_CONNECTIONS,
} from "./check_point.ts";
import { type ProcessReading, readProcess } from "./process_reading.ts";

const WAIT_MS = 120_000;
/** How often code that sends has run before it is measured. */
const WARM_STREAMS = 3;
/** How long throttled downloads are watched. */
const STEADY_SECONDS = 4;

/** Measures a point on a server of its own. */
export async function measurePoint(world: World, point: CheckPoint): Promise<MeasuredFigures> {
  const { kind, count } = point;
  switch (kind) {
    case "lists":
      return await measureOnce(world, ["idle", `${count}`], 0);
    case "sparse":
      return await measureOnce(world, ["idle", `${count}`, `${SPARSE_SECONDS}`], 0);
    case "streams":
      return await measureOnce(world, ["streams", ...Array(count).fill(STREAM_FILE)], WARM_STREAMS);
    case "throttled":
      return await measureFlow(world, count);
  }
}

/** Until the load reports. */
async function measureOnce(
  world: World,
  [what = "", ...rest]: readonly string[],
  warmStreams: number,
): Promise<MeasuredFigures> {
  const server = await startWarm(world, []);
  const streams = Array(WARM_CONNECTIONS).fill(STREAM_FILE);
  for (let round = 0; round < warmStreams; round++) {
    await world.processes.run(world.load("streams", `${server.port}`, ...streams));
  }
  const { pid } = server.process;
  const before = await readProcess(pid);
  const load = world.processes.start(world.load(what, `${server.port}`, ...rest));
  const line = await load.stdout.waitFor((text) => text !== "", "report of the load", WAIT_MS);
  const after = await readProcess(pid);
  await load.stop();
  await server.process.stop();
  const { seconds, refused = 0 } = JSON.parse(line);
  if (refused > 0) throw new Error(`${refused} connections were refused`);
  return {
    seconds,
    cpu: after.totalS - before.totalS,
    peakBytes: after.peakBytes,
    attended: attendedShare(before, after),
  };
}

async function measureFlow(world: World, count: number): Promise<MeasuredFigures> {
  const flags = ["--workers", `${count}`, "--rate-per-connection", `${SLOW_RATE}`];
  const server = await startWarm(world, flags);
  const { pid } = server.process;
  const work = [SLOW_FILE, `${count}`, `${2 * STEADY_SECONDS}`];
  const load = world.processes.start(world.load("steady", `${server.port}`, ...work));
  // From the first byte of the program's life; it takes a tenth of a second to begin.
  const startedMs = performance.now();
  await load.stdout.waitFor((line) => line === '"flowing"', "flow on all streams", WAIT_MS);
  const [flowing, flowingMs] = [await readProcess(pid), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, STEADY_SECONDS * 1000));
  const after = await readProcess(pid);
  const watchedS = (performance.now() - flowingMs) / 1000;
  await load.stop();
  await server.process.stop();
  return {
    seconds: (flowingMs - startedMs) / 1000,
    cpu: (after.totalS - flowing.totalS) / watchedS,
    peakBytes: after.peakBytes,
    attended: attendedShare(flowing, after),
  };
}

function attendedShare(before: ProcessReading, after: ProcessReading): number {
  const [ran, waited] = [after.mainS - before.mainS, after.mainWaitedS - before.mainWaitedS];
  return ran + waited > 0 ? ran / (ran + waited) : 1;
}

/** A server whose spare workers are ready and whose code has run before, as on any other day. */
async function startWarm(world: World, flags: readonly string[]): Promise<SluiceServer> {
  const server = await startSluice(world, ["--max-connections", "2000", ...flags]);
  const load = world.processes.start(
    world.load("repeat", `${server.port}`, `${WARM_CONNECTIONS}`, "500"),
  );
  await load.stdout.waitFor((line) => line !== "", "report of the load", WAIT_MS);
  await load.stop();
  return server;
}
