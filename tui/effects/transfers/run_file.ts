import { SluiceClient } from "#client/sluice_client.ts";
import type { TransferOptions } from "#client/types.ts";
import { transferClientOptions } from "./patience.ts";
import type { TransferJob, TransferOutcome } from "./transfer_job.ts";
import { noteUnfinished } from "./unfinished_file.ts";

/**
 * Moves one file, over a connection of its own.
 *
 * @param job Which file.
 * @returns What came of it, also when a stop came too late.
 * @throws {SluiceError} Why it did not come to its end.
 */
export async function runFile(job: TransferJob): Promise<TransferOutcome> {
  const { server, transfer, memory, limit, signal, report } = job;
  const { direction, localPath, remotePath } = transfer;
  await using client = new SluiceClient(transferClientOptions(server, 1));
  const options: TransferOptions = {
    onConflict: job.ask,
    limitRate: limit,
    signal,
    onProgress: (progress) => {
      noteUnfinished(memory.unfinished, direction, transfer, progress);
      report(progress, undefined);
    },
  };
  const result = direction === "upload"
    ? await client.upload(localPath, remotePath, options)
    : await client.download(remotePath, localPath, options);
  return { result, files: undefined };
}
