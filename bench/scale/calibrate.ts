import { readProcessStats, reapedCpuSeconds } from "../peers/process_cpu.ts";
import { type SluiceServer, startSluice } from "../peers/servers/sluice.ts";
import type { World } from "../peers/world.ts";
import {
  LONG_BYTES,
  LONG_FILE,
  SLOW_FILE,
  SLOW_RATE,
  SMALL_FILE,
  STREAM_BYTES,
  STREAM_FILE,
} from "./bench_world.ts";
import { ChunkSizes } from "./chunk_sizes.ts";
import type { Costs } from "./costs.ts";
import { type ProcessReading, readProcess } from "./process_reading.ts";

const MEBIBYTE = 1024 ** 2;
const LISTS = [500, 3_000] as const;
const LISTERS = 2;
const CROWDS = [100, 300] as const;
const HELD = [300, 900] as const;
const IDLE_MS = 3_000;
const THROTTLED = 24;
const STEADY_SECONDS = 5;
const CHUNKS_PER_SECOND = SLOW_RATE / new ChunkSizes(() => THROTTLED).at(SLOW_RATE);
const WORKERS = 2 * Math.max(2, navigator.hardwareConcurrency);
/** Workers that a server has before anybody asks. */
const SPARE = 2;
const WAIT_MS = 60_000;

/** Seconds of a core, of each side, for one piece of work. */
interface Spent {
  readonly main: number;
  readonly others: number;
  readonly client: number;
}

/**
 * Measures what things cost on this machine, with short runs on servers of their own. Each cost is the
 * difference of two amounts of the same work, so that what both have in common does not count.
 *
 * @returns The costs.
 */
export async function calibrate(world: World): Promise<Costs> {
  // As many workers as start for a crowd: else some would start within what is measured.
  const flags = ["--max-connections", "2000", "--workers", `${WORKERS}`];
  const server = await startSluice(world, flags);
  await spentOn(world, server, ["repeat", `${LISTERS}`, "50"]);
  world.say("calibrating: lists");
  const list = await perUnit(
    LISTS,
    LISTERS,
    (count) => spentOn(world, server, ["repeat", `${LISTERS}`, `${count}`]),
  );
  world.say("calibrating: connections");
  await spentOn(world, server, ["idle", `${CROWDS[1]}`]);
  const both = await perUnit(CROWDS, 1, (count) => spentOn(world, server, ["idle", `${count}`]));
  const idle = await measureIdle(world, server);
  world.say("calibrating: bytes");
  const { download, mebibyte } = await measureDownloads(world, server);
  await server.process.stop();
  world.say("calibrating: chunks and workers");
  const slow = await measureThrottled(world);
  const rest = (whole: number, part: number): number => Math.max(0, whole - part);
  return {
    main: {
      requestS: list.main,
      downloadS: rest(download.main, both.main),
      mebibyteS: mebibyte.main,
      chunkS: slow.chunk.main,
      connectionS: rest(both.main, list.main),
      idleS: idle.idleS,
    },
    worker: {
      requestS: list.others,
      downloadS: rest(download.others, both.others),
      mebibyteS: mebibyte.others,
      chunkS: slow.chunk.others,
      startS: slow.startS,
      leaseS: rest(both.others, list.others),
    },
    client: {
      requestS: list.client,
      downloadS: rest(download.client, both.client),
      mebibyteS: mebibyte.client,
      chunkS: slow.chunk.client,
      connectionS: rest(both.client, list.client),
    },
    memory: {
      baseBytes: rest(idle.residentBytes, (WORKERS - SPARE) * slow.workerBytes),
      connectionBytes: idle.connectionBytes,
      workerBytes: slow.workerBytes,
    },
  };
}

/** Runs a load that says one line when it is done and then holds its connections. */
async function spentOn(world: World, server: SluiceServer, work: string[]): Promise<Spent> {
  const [what = "", ...rest] = work;
  const before = await readProcess(server.process.pid);
  const load = world.processes.start(world.load(what, `${server.port}`, ...rest));
  await load.stdout.waitFor((line) => line !== "", "report of the load", WAIT_MS);
  const after = await readProcess(server.process.pid);
  const client = await readProcess(load.pid);
  await load.stop();
  return { ...serverSpent(before, after), client: client.totalS };
}

function serverSpent(before: ProcessReading, after: ProcessReading): Omit<Spent, "client"> {
  const main = after.mainS - before.mainS;
  return { main, others: Math.max(0, after.totalS - before.totalS - main) };
}

/** Measures two amounts of the same work and divides the difference. */
async function perUnit(
  [few, many]: readonly [number, number],
  times: number,
  measure: (count: number) => Promise<Spent>,
): Promise<Spent> {
  const [less, more] = [await measure(few), await measure(many)];
  const of = (side: keyof Spent): number =>
    Math.max(0, more[side] - less[side]) / ((many - few) * times);
  return { main: of("main"), others: of("others"), client: of("client") };
}

interface IdleCosts {
  /** Of a connection, each second. */
  readonly idleS: number;
  readonly connectionBytes: number;
  /** Of the process without any connection. */
  readonly residentBytes: number;
}

/** What connections that do nothing cost: processor time and memory. */
async function measureIdle(world: World, server: SluiceServer): Promise<IdleCosts> {
  const { pid } = server.process;
  const hold = async (count: number): Promise<() => Promise<void>> => {
    const load = world.processes.start(world.load("idle", `${server.port}`, `${count}`));
    await load.stdout.waitFor((line) => line !== "", "report of the load", WAIT_MS);
    return () => load.stop();
  };
  const [few, many] = HELD;
  const stopFirst = await hold(few);
  const first = { mainS: await mainOver(pid, IDLE_MS), ...await memoryOf(pid) };
  const stopSecond = await hold(many - few);
  const second = { mainS: await mainOver(pid, IDLE_MS), ...await memoryOf(pid) };
  await stopFirst();
  await stopSecond();
  const connectionBytes = Math.max(0, second.residentBytes - first.residentBytes) / (many - few);
  return {
    idleS: Math.max(0, second.mainS - first.mainS) / (many - few),
    connectionBytes,
    residentBytes: first.residentBytes - few * connectionBytes,
  };
}

async function memoryOf(pid: number): Promise<Pick<ProcessReading, "residentBytes">> {
  const { residentBytes } = await readProcess(pid);
  return { residentBytes };
}

/** Seconds of a core that the main thread takes each second. */
async function mainOver(pid: number, ms: number): Promise<number> {
  const [before, startedMs] = [await readProcess(pid), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = await readProcess(pid);
  return (after.mainS - before.mainS) / ((performance.now() - startedMs) / 1000);
}

interface DownloadCosts {
  /** Of a small one, with its connection. */
  readonly download: Spent;
  readonly mebibyte: Spent;
}

/** Downloads, as many at once as the server serves. */
async function measureDownloads(world: World, server: SluiceServer): Promise<DownloadCosts> {
  const { pid } = server.process;
  const spent = async (name: string, count: number): Promise<Spent> => {
    const [before, clientBefore] = [await readProcess(pid), await reapedS()];
    await world.processes.run(world.load("streams", `${server.port}`, ...Array(count).fill(name)));
    const [after, clientAfter] = [await readProcess(pid), await reapedS()];
    return { ...serverSpent(before, after), client: clientAfter - clientBefore };
  };
  await spent(SMALL_FILE, CROWDS[1]);
  const download = await perUnit(CROWDS, 1, (count) => spent(SMALL_FILE, count));
  await spent(LONG_FILE, WORKERS);
  const units = [STREAM_BYTES / MEBIBYTE, LONG_BYTES / MEBIBYTE] as const;
  const mebibyte = await perUnit(
    units,
    WORKERS,
    (count) => spent(count === units[0] ? STREAM_FILE : LONG_FILE, WORKERS),
  );
  return { download, mebibyte };
}

/** Of all commands that this process has waited for, but for the shells that read /proc. */
async function reapedS(): Promise<number> {
  return reapedCpuSeconds(await readProcessStats(), Deno.pid);
}

interface ThrottledCosts {
  readonly chunk: Spent;
  readonly startS: number;
  readonly workerBytes: number;
}

/** Starts workers by downloads that hold one each, then lets them flow. */
async function measureThrottled(world: World): Promise<ThrottledCosts> {
  const flags = ["--workers", `${THROTTLED}`, "--rate-per-connection", `${SLOW_RATE}`];
  const server = await startSluice(world, flags);
  const { pid } = server.process;
  await spentOn(world, server, ["repeat", `${SPARE}`, "5"]);
  const [before, startedMs] = [await readProcess(pid), performance.now()];
  const steady = ["steady", `${server.port}`, SLOW_FILE, `${THROTTLED}`, `${STEADY_SECONDS}`];
  const load = world.processes.start(world.load(...steady));
  await load.stdout.waitFor((line) => line === '"flowing"', "flow on all streams", WAIT_MS);
  const [flowing, client, flowingMs] = [
    await readProcess(pid),
    await readProcess(load.pid),
    performance.now(),
  ];
  await new Promise((resolve) => setTimeout(resolve, STEADY_SECONDS * 900));
  const [after, clientAfter] = [await readProcess(pid), await readProcess(load.pid)];
  const chunks = THROTTLED * CHUNKS_PER_SECOND * (performance.now() - flowingMs) / 1000;
  await load.stop();
  await server.process.stop();
  const steadySpent = serverSpent(flowing, after);
  const chunk = {
    main: steadySpent.main / chunks,
    others: steadySpent.others / chunks,
    client: (clientAfter.totalS - client.totalS) / chunks,
  };
  // While workers started one after the other, half of them flowed, on average.
  const early = THROTTLED / 2 * CHUNKS_PER_SECOND * (flowingMs - startedMs) / 1000;
  const startedS = flowing.totalS - before.totalS - early * (chunk.main + chunk.others);
  return {
    chunk,
    startS: Math.max(0, startedS) / (THROTTLED - SPARE),
    workerBytes: (flowing.residentBytes - before.residentBytes) / (THROTTLED - SPARE),
  };
}
