import { median } from "../../statistics.ts";
import { plainGoal, ratioGoal, type RowResult } from "../goal.ts";
import { GIBIBYTE, race } from "../race.ts";
import { startSluice } from "../servers/sluice.ts";
import { BIG_FILE, type World } from "../world.ts";
import { ensureFile } from "./source_files.ts";

const CLIENTS = 64;
const ONE = "one stream";

/** Downloads as many bytes with many clients at once as with one. */
export async function clientsRow(world: World): Promise<RowResult> {
  const { sizeBytes, rounds } = world.options;
  const shareBytes = Math.floor(sizeBytes / CLIENTS);
  const names = Array.from({ length: CLIENTS }, (_, index) => `share-${index}.bin`);
  for (const name of names) await ensureFile(world, name, shareBytes);
  await ensureFile(world, BIG_FILE, sizeBytes);
  const sluice = await startSluice(world);
  const slowest: number[] = [];
  const contenders = await race(world, [
    {
      name: `${CLIENTS} clients at once`,
      serverPid: sluice.process.pid,
      command: () => world.load("streams", `${sluice.port}`, ...names),
      secondsOf: ({ stdout }) => JSON.parse(stdout).seconds,
      finish: (round, { stdout }) => {
        const each: readonly number[] = JSON.parse(stdout).each;
        // Rates of the same size: the median's over the slowest's, the other way round in seconds.
        if (round > 0) slowest.push(median(each) / Math.max(...each));
        return Promise.resolve();
      },
    },
    {
      name: ONE,
      serverPid: sluice.process.pid,
      command: () => world.load("streams", `${sluice.port}`, BIG_FILE),
      secondsOf: ({ stdout }) => JSON.parse(stdout).seconds,
    },
  ], { amount: CLIENTS * shareBytes / 1e6, costUnits: CLIENTS * shareBytes / GIBIBYTE });
  return {
    id: "clients",
    title: `${CLIENTS} clients at once`,
    unit: "MB/s",
    contenders,
    goals: [
      ratioGoal(contenders, ONE, 0.9),
      plainGoal("times the median, the slowest client", "x", { atLeast: 0.5 }, slowest),
    ],
    remarks: [
      `All bytes are discarded by the client. ${rounds} rounds, the server's workers warm.`,
    ],
  };
}
