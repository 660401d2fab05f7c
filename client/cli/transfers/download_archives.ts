import { resolve } from "node:path";
import { remoteName, type RemotePath } from "#protocol/remote_path.ts";
import type { CommandRun } from "../context.ts";
import type { DownloadFlags } from "../flags.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { connectForTransfers } from "./connect_for_transfers.ts";
import { runTransfers } from "./run_transfers.ts";
import type { TransferPlan } from "./transfer_plan.ts";

/** What root, which has no name, is called as an archive. */
const ROOT_NAME = "sluice";

/**
 * `download DIR… --archive FORMAT`: each folder as one file.
 *
 * @param run The command under way.
 * @param format How folders are packed.
 * @param typed The folders.
 */
export async function downloadArchives(
  run: CommandRun<DownloadFlags>,
  format: "zip" | "tar",
  typed: readonly string[],
): Promise<void> {
  await using client = await connectForTransfers(run, 1);
  await runTransfers(run, client, {
    direction: "download",
    plan: planArchives(run, format, typed),
    atOnce: 1,
    isSingle: true,
    folder: "",
    transfer: (job, { resume: _resume, verify: _verify, ...options }) =>
      client.archive(job.remotePath, job.localPath, { ...options, format }),
  });
}

async function* planArchives(
  run: CommandRun<DownloadFlags>,
  format: "zip" | "tar",
  typed: readonly string[],
): TransferPlan {
  const { flags, environment } = run;
  const folder = resolve(environment.workingFolder, flags.to ?? ".");
  for (const name of typed) {
    try {
      const remotePath: RemotePath = parseRemoteArgument(name);
      const fileName = `${remoteName(remotePath) || ROOT_NAME}.${format}`;
      const localPath = resolve(folder, flags.as ?? fileName);
      const label = fileName;
      yield { kind: "job", direction: "download", localPath, remotePath, label, sizeBytes: 0 };
    } catch (error) {
      yield { kind: "failure", name, error };
    }
  }
  await Promise.resolve();
}
