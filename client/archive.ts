import { basename, dirname } from "node:path";
import { FrameType } from "#protocol/frame.ts";
import { GetResultSchema } from "#protocol/replies.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort, throwIfAborted } from "./abort.ts";
import { ConflictDecision } from "./conflict_decision.ts";
import type { Connection } from "./connection.ts";
import { peerError } from "./connection_errors.ts";
import { decodeReply } from "./decode_reply.ts";
import { isToBeSkipped, makeLocalFolder, publishPart } from "./download.ts";
import type { Exchange } from "./exchange.ts";
import { letGo } from "./let_go.ts";
import { checkLocalName } from "./local_name.ts";
import { agreeOnCompression } from "./make_packer.ts";
import { Pacer } from "./pacer.ts";
import { PartFile } from "./part_file.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import { isTaken } from "./publish_download.ts";
import { receiveData } from "./receive_data.ts";
import { RunningDigest } from "./running_digest.ts";
import type { TransferContext } from "./transfer_context.ts";
import type { Conflict, TransferOptions, TransferResult } from "./types.ts";

/** How a folder is packed. */
export type ArchiveFormat = "zip" | "tar";

/** Options of an archive. */
export interface ArchiveOptions extends Omit<TransferOptions, "resume" | "verify"> {
  /**
   * How it is packed.
   * @default "zip"
   */
  readonly format?: ArchiveFormat | undefined;
}

/**
 * Downloads a folder as one archive, which the server makes on the way. It cannot be continued: an
 * archive that is made again need not have the same bytes.
 *
 * @param context What the client's transfers share.
 * @param remoteFolder A folder.
 * @param localPath Name of the archive.
 * @param options How.
 * @returns What came of it.
 * @throws {SluiceError} As `SluiceClient.archive` says.
 */
export async function archiveFolder(
  context: TransferContext,
  remoteFolder: string,
  localPath: string,
  options: ArchiveOptions,
): Promise<TransferResult> {
  const startedAtMs = performance.now();
  const path = parseRemotePath(remoteFolder);
  const act = `archive "${path}"`;
  checkLocalName(basename(localPath));
  throwIfAborted(options.signal, act);
  const decision = new ConflictDecision(options.onConflict);
  const conflict: Conflict = { direction: "download", name: localPath, source: path };
  const base = { direction: "download", remotePath: path, resumedFromBytes: 0 } as const;
  const seconds = (): number => (performance.now() - startedAtMs) / 1000;
  if (await isTaken(localPath) && await isToBeSkipped(conflict, decision)) {
    return { ...base, outcome: "skipped", localPath, sizeBytes: 0, seconds: seconds() };
  }
  await makeLocalFolder(dirname(localPath));
  await using part = await PartFile.open(localPath);
  using digest = await RunningDigest.create("xxh128");
  const reporter = new ProgressReporter(options.onProgress);
  try {
    await receive({ context, path, part, digest, reporter, options });
    throwIfAborted(options.signal, act);
    await part.finish(Date.now());
    const published = await publishPart(part, conflict, decision);
    const { outcome, path: publishedPath } = published;
    const result = { ...base, outcome, localPath: publishedPath, sizeBytes: digest.bytes };
    return outcome === "skipped"
      ? { ...result, seconds: seconds() }
      : { ...result, digest: digest.digest(), seconds: seconds() };
  } catch (error) {
    // Nothing can go on with these bytes.
    await part.discard();
    reporter.settle(0);
    throw options.signal?.aborted ? cancelledError(act, options.signal) : error;
  }
}

interface ArchiveJob {
  readonly context: TransferContext;
  readonly path: RemotePath;
  readonly part: PartFile;
  readonly digest: RunningDigest;
  readonly reporter: ProgressReporter;
  readonly options: ArchiveOptions;
}

async function receive(job: ArchiveJob): Promise<void> {
  const { context, path, part, reporter, options } = job;
  const act = `archive "${path}"`;
  await part.startOver();
  reporter.enter("waiting");
  using lease = await context.pool.lease({
    act,
    signal: options.signal,
    onConnecting: () => reporter.enter("connecting"),
  });
  const { connection } = lease;
  const pacer = new Pacer(options.limitRate ?? 0);
  if (pacer.mayLimit) connection.intake = { pacer, onTaken: () => {} };
  const compress = agreeOnCompression(connection, options.compress);
  const request = {
    path,
    format: options.format ?? "zip",
    ...(compress === "off" ? {} : { compress }),
  };
  const exchange = connection.request(FrameType.ARCHIVE, request, {
    onQueued: (queuePosition) => reporter.enter("queued", { queuePosition }),
  });
  using _watch = onAbort(options.signal, () => {
    exchange.abandon(cancelledError(act, options.signal));
  });
  try {
    await receiveWhole(job, connection, exchange);
  } catch (error) {
    if (options.signal?.aborted) {
      await letGo(connection, exchange, cancelledError(act, options.signal));
    }
    throw error;
  }
}

async function receiveWhole(
  { path, part, digest, reporter }: ArchiveJob,
  connection: Connection,
  exchange: Exchange,
): Promise<void> {
  const act = `archive "${path}"`;
  const reply = await exchange.next();
  if (reply.kind !== "ready") throw peerError(connection.server, "it did not begin with READY");
  await part.describe({ remotePath: path, version: "archive", sizeBytes: 0 });
  reporter.begin(0, true);
  const onWritten = (): void => {
    // The size is known at the end only: until then it is what has come.
    reporter.totalBytes = part.sizeBytes;
    reporter.move(part.sizeBytes);
  };
  const payload = await receiveData({
    exchange,
    part,
    digest,
    restBytes: undefined,
    onWritten,
    act,
  });
  reporter.enter("finishing");
  if (decodeReply(GetResultSchema, payload).digest === digest.digest()) return;
  const why = "the whole has another checksum than the server stated";
  throw new SluiceError("checksum_mismatch", `Cannot ${act}: ${why}`);
}
