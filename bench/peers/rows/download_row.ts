import { join } from "node:path";
import { ratioGoal, type RowResult } from "../goal.ts";
import { GIBIBYTE, race, type Racer } from "../race.ts";
import { CLASSROOM_PROGRAM, startClassroom } from "../servers/classroom.ts";
import { startNginx } from "../servers/nginx.ts";
import { startRsync } from "../servers/rsync_daemon.ts";
import { startPeer } from "../servers/server.ts";
import { startSluice } from "../servers/sluice.ts";
import { startSshd } from "../servers/sshd.ts";
import { startVsftpd } from "../servers/vsftpd.ts";
import { BIG_FILE, type World } from "../world.ts";
import { SluiceClock } from "./sluice_clock.ts";
import { ensureFile } from "./source_files.ts";

const RSYNC = "rsync daemon -W";
const VSFTPD = "vsftpd, curl";
const SCP = "scp";

/** Downloads the large file to disk. */
export async function downloadRow(world: World): Promise<RowResult> {
  const { sizeBytes } = world.options;
  const source = await ensureFile(world, BIG_FILE, sizeBytes);
  const clock = new SluiceClock();
  const racers = await downloadRacers(world, source, clock);
  const contenders = await race(world, racers, {
    amount: sizeBytes / 1e6,
    costUnits: sizeBytes / GIBIBYTE,
  });
  return {
    id: "download",
    title: "download of a large file to disk",
    unit: "MB/s",
    contenders,
    goals: [
      ratioGoal(contenders, RSYNC, 1.2),
      ratioGoal(contenders, VSFTPD, 1.2),
      ratioGoal(contenders, SCP, 4),
    ],
    remarks: [clock.remark(sizeBytes)],
  };
}

async function downloadRacers(
  world: World,
  source: string,
  clock: SluiceClock,
): Promise<Racer[]> {
  const { tools } = world;
  const sluice = await startSluice(world);
  const rsync = await startPeer(world, ["rsync"], startRsync);
  const vsftpd = await startPeer(world, ["vsftpd", "curl"], startVsftpd);
  const ssh = await startPeer(world, ["sshd", "scp"], startSshd);
  const nginx = await startPeer(world, ["nginx", "curl"], startNginx);
  const classroom = await startPeer(world, ["python3"], startClassroom);
  const curl = (target: string, url: string): [string, ...string[]] => [
    tools.path("curl"),
    ...["-sf", "-o", target, url],
  ];
  const target = (peer: string, round: number): string =>
    join(world.downloads, `${peer}-${round}.bin`);
  const finish = (peer: string): Pick<Racer, "finish"> => ({
    finish: async (round, end) => {
      const path = target(peer, round);
      if (peer === "sluice") clock.note(end);
      // Whoever sends something else is no peer; to compare costs too much for each round.
      if (round === 0) await world.processes.run(["cmp", source, path]);
      await Deno.remove(path);
    },
  });
  return [
    {
      name: "Sluice",
      remark: "verified (xxHash and CRC-32), fsynced, published in one step",
      serverPid: sluice.process.pid,
      command: (round) =>
        world.sluice(
          ...["--json", "--server", sluice.address],
          ...["download", BIG_FILE, "--as", target("sluice", round)],
        ),
      ...finish("sluice"),
    },
    {
      name: RSYNC,
      remark: "verified (its whole-file checksum), not fsynced",
      missing: rsync.missing,
      serverPid: rsync.server?.process.pid,
      command: (round) => [
        tools.path("rsync"),
        ...["-W", `rsync://127.0.0.1:${rsync.server?.port}/files/${BIG_FILE}`],
        target("rsync", round),
      ],
      ...finish("rsync"),
    },
    {
      name: VSFTPD,
      remark: "not verified, not fsynced",
      missing: vsftpd.missing,
      serverPid: vsftpd.server?.process.pid,
      command: (round) =>
        curl(target("vsftpd", round), `ftp://127.0.0.1:${vsftpd.server?.port}/${BIG_FILE}`),
      ...finish("vsftpd"),
    },
    {
      name: SCP,
      remark: "encrypted, which verifies the way; not fsynced",
      missing: ssh.missing,
      serverPid: ssh.server?.process.pid,
      command: (round) => [
        ...ssh.server?.scp ?? ["scp"],
        `${ssh.server?.host}:${source}`,
        target("scp", round),
      ],
      ...finish("scp"),
    },
    {
      name: "nginx, curl",
      remark: "not verified, not fsynced",
      missing: nginx.missing,
      serverPid: nginx.server?.process.pid,
      command: (round) =>
        curl(target("nginx", round), `http://127.0.0.1:${nginx.server?.port}/${BIG_FILE}`),
      ...finish("nginx"),
    },
    {
      name: "classroom server",
      remark: "Python, a thread for each connection, chunks of 4 KiB; not verified, not fsynced",
      missing: classroom.missing,
      serverPid: classroom.server?.process.pid,
      command: (round) => [
        ...[tools.path("python3"), CLASSROOM_PROGRAM, "get"] as const,
        ...[`${classroom.server?.port}`, BIG_FILE, target("classroom", round)],
      ],
      ...finish("classroom"),
    },
  ];
}
