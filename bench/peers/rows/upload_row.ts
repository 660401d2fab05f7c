import { join } from "node:path";
import { ratioGoal, type RowResult } from "../goal.ts";
import { GIBIBYTE, race, type Racer } from "../race.ts";
import { CLASSROOM_PROGRAM, startClassroom } from "../servers/classroom.ts";
import { startRsync } from "../servers/rsync_daemon.ts";
import { startPeer } from "../servers/server.ts";
import { startSluice } from "../servers/sluice.ts";
import { startSshd } from "../servers/sshd.ts";
import { startVsftpd } from "../servers/vsftpd.ts";
import { BIG_FILE, type World } from "../world.ts";
import { SluiceClock } from "./sluice_clock.ts";
import { ensureFile } from "./source_files.ts";

const RSYNC = "rsync daemon -W --fsync";

/** Uploads the large file. */
export async function uploadRow(world: World): Promise<RowResult> {
  const { sizeBytes } = world.options;
  const source = await ensureFile(world, BIG_FILE, sizeBytes);
  const clock = new SluiceClock();
  const racers = await uploadRacers(world, source, clock);
  const contenders = await race(world, racers, {
    amount: sizeBytes / 1e6,
    costUnits: sizeBytes / GIBIBYTE,
  });
  return {
    id: "upload",
    title: "upload of a large file",
    unit: "MB/s",
    contenders,
    goals: [ratioGoal(contenders, RSYNC, 1.2)],
    remarks: [clock.remark(sizeBytes)],
  };
}

async function uploadRacers(world: World, source: string, clock: SluiceClock): Promise<Racer[]> {
  const { tools } = world;
  const sluice = await startSluice(world);
  const rsync = await startPeer(world, ["rsync"], startRsync);
  const vsftpd = await startPeer(world, ["vsftpd", "curl"], startVsftpd);
  const ssh = await startPeer(world, ["sshd", "scp"], startSshd);
  const classroom = await startPeer(world, ["python3"], startClassroom);
  const target = (peer: string, round: number): string => `${peer}-${round}.bin`;
  const finish = (peer: string): Pick<Racer, "finish"> => ({
    finish: async (round, end) => {
      const path = join(world.uploads, target(peer, round));
      if (peer === "sluice") clock.note(end);
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
          ...["upload", source, "--to", "up", "--as", target("sluice", round)],
        ),
      ...finish("sluice"),
    },
    {
      name: RSYNC,
      remark: "verified (its whole-file checksum), fsynced",
      missing: rsync.missing,
      serverPid: rsync.server?.process.pid,
      command: (round) => [
        ...[tools.path("rsync"), "-W", "--fsync", source] as const,
        `rsync://127.0.0.1:${rsync.server?.port}/up/${target("rsync", round)}`,
      ],
      ...finish("rsync"),
    },
    {
      name: "vsftpd, curl",
      remark: "not verified, not fsynced",
      missing: vsftpd.missing,
      serverPid: vsftpd.server?.process.pid,
      command: (round) => [
        ...[tools.path("curl"), "-sf", "-T", source] as const,
        `ftp://127.0.0.1:${vsftpd.server?.port}/up/${target("vsftpd", round)}`,
      ],
      ...finish("vsftpd"),
    },
    {
      name: "scp",
      remark: "encrypted, which verifies the way; not fsynced",
      missing: ssh.missing,
      serverPid: ssh.server?.process.pid,
      command: (round) => [
        ...ssh.server?.scp ?? ["scp"],
        ...[source, `${ssh.server?.host}:${join(world.uploads, target("scp", round))}`],
      ],
      ...finish("scp"),
    },
    {
      name: "classroom server",
      remark: "Python, a thread for each connection, chunks of 4 KiB; not verified, not fsynced",
      missing: classroom.missing,
      serverPid: classroom.server?.process.pid,
      command: (round) => [
        ...[tools.path("python3"), CLASSROOM_PROGRAM, "put"] as const,
        ...[`${classroom.server?.port}`, source, `up/${target("classroom", round)}`],
      ],
      ...finish("classroom"),
    },
  ];
}
