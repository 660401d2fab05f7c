import { dirname, resolve } from "node:path";
import type { CommandRun } from "../context.ts";
import type { DownloadFlags, TransferFlags } from "../flags.ts";
import { UsageError } from "../output/failure.ts";
import { required } from "../required_argument.ts";
import { planDownload } from "../transfers/plan_download.ts";
import { runTransfers } from "../transfers/run_transfers.ts";
import { connectForTransfers, transfersAtOnce } from "../transfers/connect_for_transfers.ts";

/**
 * `download …`: several files at once.
 *
 * @param run The command under way.
 * @param typed What to download.
 */
export async function download(run: CommandRun<DownloadFlags>, ...typed: string[]): Promise<void> {
  const names = typed.length > 0
    ? typed
    : [await required(run, undefined, "Cannot download", "File on the server")];
  if (run.flags.as !== undefined && names.length > 1) {
    throw new UsageError("Cannot download several files --as one name: use --to for a folder");
  }
  if (run.flags.archive !== undefined) {
    const { downloadArchives } = await import("../transfers/download_archives.ts");
    return await downloadArchives(run, run.flags.archive, names);
  }
  const atOnce = transfersAtOnce(run.flags, names.length);
  await using client = await connectForTransfers(run, atOnce);
  await runTransfers(run, client, {
    direction: "download",
    plan: planDownload(run, client, names),
    atOnce,
    isSingle: names.length === 1 && !run.flags.recursive,
    folder: targetFolder(run),
  });
}

/** The folder that all files go below. */
function targetFolder(run: CommandRun<TransferFlags>): string {
  const { flags, environment } = run;
  const folder = resolve(environment.workingFolder, flags.to ?? ".");
  return flags.as === undefined ? folder : dirname(resolve(folder, flags.as));
}
