import { join } from "node:path";
import { ratioGoal, type RowResult } from "../goal.ts";
import type { Command } from "../processes.ts";
import { race, type Racer } from "../race.ts";
import { startRsync } from "../servers/rsync_daemon.ts";
import { startPeer } from "../servers/server.ts";
import { startSluice } from "../servers/sluice.ts";
import { startSshd } from "../servers/sshd.ts";
import { SMALL_FOLDER, type World } from "../world.ts";
import { ensureSmallFiles } from "./source_files.ts";

const RSYNC = "rsync daemon";

interface Side {
  readonly direction: "download" | "upload";
  /** Where the copies of a round appear. */
  readonly folder: string;
}

/**
 * Moves many small files, one direction after the other. Each copy has a folder of its own and nothing
 * is deleted: some file systems are slow in making files where thousands were just removed.
 */
export async function smallFilesRows(world: World): Promise<readonly RowResult[]> {
  const source = await ensureSmallFiles(world);
  const sides: readonly Side[] = [
    { direction: "download", folder: world.downloads },
    { direction: "upload", folder: world.uploads },
  ];
  const rows: RowResult[] = [];
  for (const side of sides) {
    const { files } = world.options;
    const racers = await smallRacers(world, source, side);
    const contenders = await race(world, racers, { amount: files, costUnits: files / 1000 });
    await world.processes.stopAll();
    rows.push({
      id: `small-${side.direction}`,
      title: `${side.direction} of many files of 4 KiB`,
      unit: "files/s",
      costUnit: "1000 files",
      contenders,
      goals: [ratioGoal(contenders, RSYNC, 1)],
      remarks: [],
    });
  }
  return rows;
}

async function smallRacers(world: World, source: string, side: Side): Promise<Racer[]> {
  const { tools } = world;
  const sluice = await startSluice(world);
  const rsync = await startPeer(world, ["rsync"], startRsync);
  const ssh = await startPeer(world, ["sshd", "scp"], startSshd);
  const isDownload = side.direction === "download";
  const target = (peer: string, round: number): string => join(side.folder, `${peer}-${round}`);
  const rsyncUrl = `rsync://127.0.0.1:${rsync.server?.port}`;
  const rsyncCommand = (peer: string, round: number, ...flags: string[]): Command => {
    const names = isDownload
      ? [`${rsyncUrl}/files/${SMALL_FOLDER}/`, `${target(peer, round)}/`]
      : [`${source}/`, `${rsyncUrl}/up/${peer}-${round}/`];
    return [tools.path("rsync"), "-rtW", ...flags, ...names];
  };
  const finish = (peer: string): Pick<Racer, "finish"> => ({
    // That all are there; who is no peer shows in the first round.
    finish: async (round) => {
      const compare: Command = ["diff", "-rq", source, target(peer, round)];
      if (round === 0) await world.processes.run(compare);
    },
  });
  return [
    {
      name: "Sluice",
      remark: "verified, made durable, published in batches",
      serverPid: sluice.process.pid,
      command: (round) =>
        world.sluice(
          ...["--quiet", "--server", sluice.address],
          ...isDownload
            ? ["download", SMALL_FOLDER, "--to", side.folder]
            : ["upload", source, "--to", "up"],
          ...["--recursive", "--as", `sluice-${round}`],
        ),
      ...finish("sluice"),
    },
    {
      name: RSYNC,
      remark: "verified, not durable",
      missing: rsync.missing,
      serverPid: rsync.server?.process.pid,
      command: (round) => rsyncCommand("rsync", round),
      ...finish("rsync"),
    },
    {
      name: "rsync daemon --fsync",
      remark: "verified, durable",
      missing: rsync.missing,
      serverPid: rsync.server?.process.pid,
      command: (round) => rsyncCommand("rsync-fsync", round, "--fsync"),
      ...finish("rsync-fsync"),
    },
    {
      name: "scp -r",
      remark: "not durable",
      missing: ssh.missing,
      serverPid: ssh.server?.process.pid,
      command: (round) => {
        const [from, to] = [source, target("scp", round)];
        const names = isDownload
          ? [`${ssh.server?.host}:${from}`, to]
          : [from, `${ssh.server?.host}:${to}`];
        return [...ssh.server?.scp ?? ["scp"], "-r", ...names];
      },
      ...finish("scp"),
    },
    {
      name: "cp -r",
      remark: "for scale: no network, not verified, not durable",
      command: (round) => ["cp", "-r", source, target("cp", round)],
      ...finish("cp"),
    },
  ];
}
