import { ratioGoal, type RowResult } from "../goal.ts";
import type { CommandEnd } from "../processes.ts";
import { GIBIBYTE, race } from "../race.ts";
import { startIperf } from "../servers/iperf.ts";
import { startNginx } from "../servers/nginx.ts";
import { startPeer } from "../servers/server.ts";
import { startSluice } from "../servers/sluice.ts";
import { BIG_FILE, type World } from "../world.ts";
import { ensureFile } from "./source_files.ts";

const IPERF = "iperf3, one stream";

/** Downloads the large file on one connection and discards it. */
export async function streamRow(world: World): Promise<RowResult> {
  const { options, tools } = world;
  const { sizeBytes } = options;
  await ensureFile(world, BIG_FILE, sizeBytes);
  const sluice = await startSluice(world);
  const iperf = await startPeer(world, ["iperf3"], startIperf);
  const nginx = await startPeer(world, ["nginx", "curl"], startNginx);
  const contenders = await race(world, [
    {
      name: "Sluice",
      remark: "from a file; the client reads frames and checks none",
      serverPid: sluice.process.pid,
      command: () => world.load("streams", `${sluice.port}`, BIG_FILE),
      secondsOf: ({ stdout }) => JSON.parse(stdout).seconds,
    },
    {
      name: IPERF,
      remark: "from memory, to nowhere: what the machine can move",
      missing: iperf.missing,
      serverPid: iperf.server?.process.pid,
      command: () => [
        tools.path("iperf3"),
        ...["-c", "127.0.0.1", "-p", `${iperf.server?.port}`],
        ...["--reverse", "--bytes", `${sizeBytes}`, "--json"],
      ],
      secondsOf: (end) => iperfSeconds(end, sizeBytes),
    },
    {
      name: "nginx, curl",
      remark: "from a file, with sendfile",
      missing: nginx.missing,
      serverPid: nginx.server?.process.pid,
      command: () => [
        tools.path("curl"),
        ...["-sf", "-o", "/dev/null", "-w", "%{time_total}"],
        `http://127.0.0.1:${nginx.server?.port}/${BIG_FILE}`,
      ],
      secondsOf: ({ stdout }) => Number(stdout),
    },
  ], { amount: sizeBytes / 1e6, costUnits: sizeBytes / GIBIBYTE });
  return {
    id: "stream",
    title: "download on one connection, discarded",
    unit: "MB/s",
    contenders,
    goals: [ratioGoal(contenders, IPERF, 0.5)],
    remarks: ["Each by its client's own clock, from connect to the last byte."],
  };
}

function iperfSeconds({ stdout }: CommandEnd, sizeBytes: number): number {
  return sizeBytes * 8 / JSON.parse(stdout).end.sum_received.bits_per_second;
}
