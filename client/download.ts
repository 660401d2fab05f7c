import { basename, dirname } from "node:path";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, throwIfAborted } from "./abort.ts";
import { ConflictDecision } from "./conflict_decision.ts";
import { FileFetch } from "./file_fetch.ts";
import { locally } from "./local_errors.ts";
import { checkLocalName } from "./local_name.ts";
import { PartFile } from "./part_file.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import { isTaken, publishDownload, type Published, takenError } from "./publish_download.ts";
import { RunningDigest } from "./running_digest.ts";
import { syncFolder } from "./sync_folder.ts";
import type { TransferContext } from "./transfer_context.ts";
import type { Conflict, TransferOptions, TransferResult } from "./types.ts";

/**
 * Downloads one file: fetches it into a `.part` file, verifies it, and gives it its name.
 *
 * @param context What the client's transfers share.
 * @param remotePath A file.
 * @param localPath Where to.
 * @param options How.
 * @returns What came of it.
 * @throws {SluiceError} As `SluiceClient.download` says.
 */
export async function downloadFile(
  context: TransferContext,
  remotePath: string,
  localPath: string,
  options: TransferOptions,
): Promise<TransferResult> {
  const startedAtMs = performance.now();
  const path = parseRemotePath(remotePath);
  const act = `download "${path}"`;
  checkLocalName(basename(localPath));
  throwIfAborted(options.signal, act);
  const decision = new ConflictDecision(options.onConflict);
  const conflict: Conflict = { direction: "download", name: localPath, source: path };
  const reporter = new ProgressReporter(options.onProgress);
  const describe = (published: Published, sizeBytes: number): TransferResult => ({
    direction: "download",
    outcome: published.outcome,
    remotePath: path,
    localPath: published.path,
    sizeBytes,
    seconds: (performance.now() - startedAtMs) / 1000,
    resumedFromBytes: reporter.resumedFromBytes,
  });
  if (await isTaken(localPath) && await isToBeSkipped(conflict, decision)) {
    return describe({ outcome: "skipped", path: localPath }, 0);
  }
  await makeLocalFolder(dirname(localPath));
  await using part = await PartFile.open(localPath);
  using digest = await RunningDigest.create(options.verify ?? "xxh128");
  try {
    const fetch = new FileFetch({ context, part, digest, path, reporter, options });
    await fetch.run();
    throwIfAborted(options.signal, act);
    const published = await publishPart(part, conflict, decision);
    const result = describe(published, digest.bytes);
    if (published.outcome === "skipped") return result;
    return { ...result, digest: digest.digest(), wireBytes: fetch.wireBytes };
  } catch (error) {
    if (part.sizeBytes === 0) await part.discard();
    reporter.settle(part.sizeBytes);
    throw options.signal?.aborted ? cancelledError(act, options.signal) : error;
  }
}

/** Makes a local folder and those above it. */
export async function makeLocalFolder(path: string): Promise<void> {
  await locally(`create folder "${path}"`, () => Deno.mkdir(path, { recursive: true }));
}

/** Settles a conflict before any byte moves. */
export async function isToBeSkipped(
  conflict: Conflict,
  decision: ConflictDecision,
): Promise<boolean> {
  const policy = await decision.decide(conflict);
  if (policy === "error") throw takenError(conflict.name);
  return policy === "skip";
}

/** Gives a part that is whole and durable its name. */
export async function publishPart(
  part: PartFile,
  conflict: Conflict,
  decision: ConflictDecision,
): Promise<Published> {
  const published = await place(part, conflict, decision);
  if (published.outcome === "skipped") await part.discard();
  else await part.removeSidecar();
  await syncFolder(dirname(published.path));
  return published;
}

/** The name may have been taken during the download: the decision holds at this instant. */
async function place(
  part: PartFile,
  conflict: Conflict,
  decision: ConflictDecision,
): Promise<Published> {
  const localPath = conflict.name;
  try {
    return await publishDownload(part.path, localPath, decision.policy);
  } catch (error) {
    const isConflict = error instanceof SluiceError && error.code === "already_exists";
    if (!isConflict || !decision.isOpen) throw error;
    const policy = await decision.decide(conflict);
    return await publishDownload(part.path, localPath, policy);
  }
}
