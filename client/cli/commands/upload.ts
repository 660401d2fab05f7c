import type { CommandRun } from "../context.ts";
import type { TransferFlags } from "../flags.ts";
import { UsageError } from "../output/failure.ts";
import { required } from "../required_argument.ts";
import { planUpload } from "../transfers/plan_upload.ts";
import { runTransfers } from "../transfers/run_transfers.ts";
import { connectForTransfers } from "../transfers/connect_for_transfers.ts";

/**
 * `upload …`: several files at once.
 *
 * @param run The command under way.
 * @param typed What to upload.
 */
export async function upload(run: CommandRun<TransferFlags>, ...typed: string[]): Promise<void> {
  const names = typed.length > 0
    ? typed
    : [await required(run, undefined, "Cannot upload", "Local file")];
  if (run.flags.as !== undefined && names.length > 1) {
    throw new UsageError("Cannot upload several files --as one name: use --to for a folder");
  }
  await using client = await connectForTransfers(run, names.length);
  await runTransfers(run, client, planUpload(run, client, names), names.length);
}
