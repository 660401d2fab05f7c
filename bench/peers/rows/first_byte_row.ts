import { percentile } from "../../statistics.ts";
import { type Contender, plainGoal, type RowResult } from "../goal.ts";
import { startNginx } from "../servers/nginx.ts";
import { startPeer } from "../servers/server.ts";
import { startSluice } from "../servers/sluice.ts";
import type { World } from "../world.ts";
import { ensureFile } from "./source_files.ts";

const FILE = "first.bin";
const FILE_BYTES = 64 * 1024;
const CONNECTIONS = 500;

/** Measures the time from connect to the first byte of a file, connection after connection. */
export async function firstByteRow(world: World): Promise<RowResult> {
  await ensureFile(world, FILE, FILE_BYTES);
  const sluice = await startSluice(world);
  const nginx = await startPeer(world, ["nginx"], startNginx);
  const [medians, tails, peers]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= world.options.rounds; round++) {
    const ours = await times(world, "first-byte", sluice.port);
    const theirs = await times(world, "first-http-byte", nginx.server?.port);
    if (round === 0) continue;
    medians.push(percentile(ours, 0.5));
    tails.push(percentile(ours, 0.99));
    if (theirs.length > 0) peers.push(percentile(theirs, 0.5));
  }
  const contenders: readonly Contender[] = [
    { name: "Sluice", values: medians, remark: "a new connection, hello and request at once" },
    {
      name: "nginx",
      values: peers,
      remark: "a new connection, the first byte of its answer",
      ...nginx.missing === undefined ? {} : { missing: nginx.missing },
    },
  ];
  return {
    id: "first-byte",
    title: `time from connect to the first byte, median of ${CONNECTIONS} connections`,
    unit: "ms",
    contenders,
    goals: [
      plainGoal("median", " ms", { atMost: 2 }, medians),
      plainGoal("99th percentile", " ms", { atMost: 10 }, tails),
    ],
    remarks: ["Both with the same client program, one connection after the other."],
  };
}

async function times(
  world: World,
  what: string,
  port: number | undefined,
): Promise<readonly number[]> {
  if (port === undefined) return [];
  const load = world.load(what, `${port}`, FILE, `${CONNECTIONS}`);
  return JSON.parse((await world.processes.run(load)).stdout);
}
