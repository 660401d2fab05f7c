import { finishLocalFolders, finishRemoteFolders } from "#client/cli/transfers/folder_times.ts";
import { planDownloadTree } from "#client/cli/transfers/plan_download.ts";
import { planUploadTree } from "#client/cli/transfers/plan_upload.ts";
import type { PlannedFolder, TransferPlan } from "#client/cli/transfers/transfer_plan.ts";
import { shortReason } from "#client/cli/output/failure.ts";
import type { FileSetOptions } from "#client/file_set/file_job.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import { compileTreeFilter } from "#client/trees/tree_filter.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { sleep } from "#protocol/sleep.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { type FolderFile, FolderProgress } from "./folder_progress.ts";
import { MOST_TRIES, transferClientOptions, waitBeforeTry } from "./patience.ts";
import type { TransferJob, TransferOutcome } from "./transfer_job.ts";

/** Files that move at the same time. */
const AT_ONCE = 2;
/** One more looks through the folder meanwhile. */
const CONNECTIONS = AT_ONCE + 1;

/**
 * Moves a folder with all that it holds: small files many at a time, larger ones one by one. Files that
 * an earlier run of the same transfer has moved are not moved again.
 *
 * @param job Which folder.
 * @returns How many files it took.
 * @throws {SluiceError} Why it did not come to its end, or why files of it failed.
 */
export async function runFolder(job: TransferJob): Promise<TransferOutcome> {
  const progress = new FolderProgress(job);
  for (let tries = 0;; tries++) {
    const doneBefore = progress.files.done;
    try {
      await moveFolder(job, progress);
      break;
    } catch (error) {
      // The look through the folder does not survive a lost connection: it begins once more.
      const isLost = error instanceof SluiceError && error.isRetryable;
      if (!isLost || job.signal.aborted || tries >= MOST_TRIES) throw error;
      if (progress.files.done > doneBefore) tries = 0;
      const waitMs = waitBeforeTry(tries);
      progress.waits(waitMs, error);
      await sleep(waitMs, job.signal);
      progress.startOver();
    }
  }
  const { files, firstFailure } = progress;
  if (files.failed === 0) return { result: undefined, files };
  if (files.total === 1) throw firstFailure;
  const why = `${files.failed} of ${files.total} failed: ${shortReason(firstFailure)}`;
  throw new SluiceError(
    firstFailure instanceof SluiceError ? firstFailure.code : "internal",
    `Cannot ${job.transfer.direction} all of "${job.transfer.name}": ${why}`,
  );
}

async function moveFolder(job: TransferJob, progress: FolderProgress): Promise<void> {
  const { server, transfer: { direction, localPath }, limit, signal } = job;
  await using client = new SluiceClient(transferClientOptions(server, CONNECTIONS));
  const folders: PlannedFolder[] = [];
  const files = filesOf(planOf(job, client), { job, progress, folders });
  const options: FileSetOptions<FolderFile> = {
    atOnce: AT_ONCE,
    onConflict: job.ask,
    limitRate: limit,
    signal,
    onProgress: (file, report) => progress.moved(file, report),
    onEnd: (file, end) => {
      if (end.kind === "done") progress.done(file, end.result.sizeBytes);
      else if (!signal.aborted) progress.failed(file, end.error);
    },
    onRetry: (waitMs, reason) => progress.waits(waitMs, reason),
  };
  if (direction === "upload") await client.uploadAll(files, options);
  else await client.downloadAll(files, { ...options, folder: localPath });
  const onFailure = (_folder: PlannedFolder, error: unknown): void => {
    progress.failed(undefined, error);
  };
  if (direction === "download") finishLocalFolders(folders, onFailure);
  else await finishRemoteFolders(client, folders, signal, onFailure);
}

function planOf({ transfer, signal }: TransferJob, client: SluiceClient): TransferPlan {
  const { direction, localPath } = transfer;
  const remotePath = parseRemotePath(transfer.remotePath);
  const options = { filter: compileTreeFilter({}), signal, labelFrom: 0 };
  if (direction === "upload") {
    const modifiedAtMs = Deno.statSync(localPath).mtime?.getTime() ?? 0;
    return planUploadTree({ kind: "folder", localPath, remotePath, modifiedAtMs }, options);
  }
  const tree = { kind: "folder", localPath, remotePath, modifiedAtMs: Date.now() } as const;
  return planDownloadTree(client, tree, { ...options, os: Deno.build.os, isDryRun: false });
}

/** Takes the files out of a plan that are still to be moved. */
async function* filesOf(
  plan: TransferPlan,
  listeners: {
    readonly job: TransferJob;
    readonly progress: FolderProgress;
    readonly folders: PlannedFolder[];
  },
): AsyncGenerator<FolderFile, void, void> {
  const { job: { memory, signal }, progress, folders } = listeners;
  for await (const item of plan) {
    if (signal.aborted) return;
    switch (item.kind) {
      case "failure":
        progress.failed(undefined, item.error);
        break;
      case "note":
        break; // Symbolic links and devices are left out, as everywhere.
      case "folder":
        folders.push(item);
        break;
      case "job":
        progress.found(item);
        if (!memory.done.has(item.remotePath)) yield item;
        break;
      default:
        item satisfies never;
    }
  }
  progress.counted();
}
