import type { CommandRun } from "../context.ts";
import type { TransferFlags } from "../flags.ts";
import { UsageError } from "../output/failure.ts";
import { required } from "../required_argument.ts";
import { planUpload } from "../transfers/plan_upload.ts";
import { runTransfers } from "../transfers/run_transfers.ts";
import { connectForTransfers, transfersAtOnce } from "../transfers/connect_for_transfers.ts";

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
  const atOnce = transfersAtOnce(run.flags, names.length);
  await using client = await connectForTransfers(run, atOnce);
  await runTransfers(run, client, {
    direction: "upload",
    plan: planUpload(run, names),
    atOnce,
    isSingle: names.length === 1 && !run.flags.recursive,
    folder: "",
  });
}
