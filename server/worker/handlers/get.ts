import { decodeControl } from "#protocol/control_payload.ts";
import { crc32 } from "#protocol/crc32.ts";
import type { Digester } from "#protocol/digest.ts";
import { encodeFrame, FrameType, writeHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { type GetRequest, GetSchema } from "#protocol/requests.ts";
import type { GetReady, GetResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { FileVersion } from "../../storage/digest_store.ts";
import { versionOf, versionText } from "../../storage/file_version.ts";
import type { DataPacker } from "#protocol/data_packer.ts";
import { hashRange } from "../hash_range.ts";
import { readFully } from "../../storage/read_fully.ts";
import type { RequestContext } from "../request_context.ts";
import { makePacker } from "../make_packer.ts";
import { TransferLog } from "../transfer_log.ts";

/** Up to this size a file is read at once. */
const SMALL_BYTES = 64 * 1024;

/** Content of the small file that is being sent. */
let scratch: Uint8Array | undefined;

interface SmallFile {
  readonly bytes: Uint8Array;
  readonly version: FileVersion;
}

/** A download under way. */
interface Download {
  readonly path: RemotePath;
  readonly act: string;
  readonly file: Deno.FsFile;
  readonly version: FileVersion;
  readonly offsetBytes: number;
  readonly endBytes: number;
  /** Runs over the whole file; `undefined` when the digest is known or not wanted. */
  readonly digester: Digester | undefined;
  readonly log: TransferLog;
  /** Compresses where that is worth it; `undefined` when it is not wanted. */
  readonly packer: DataPacker | undefined;
}

/** Serves GET (docs/protocol.md §6.3). */
export async function handleGet(context: RequestContext, payload: Uint8Array): Promise<GetResult> {
  const request = decodeControl(GetSchema, payload);
  const path = parseRemotePath(request.path);
  const act = `download "${path}"`;
  context.history.path = path;
  const small = readIfSmall(context, request, path, act);
  if (small !== undefined) return await sendSmall(context, request, path, small);
  const { root, digests } = context.storage;
  const { file, info } = root.openFile(path, act);
  using _file = file;
  const version = versionOf(info);
  requireVersion(request, version, act);
  const { offsetBytes, endBytes } = rangeOf(request, info.size, act);
  const known = request.digest === "none" ? undefined : digests.get(version, request.digest);
  const digester = request.digest !== "none" && known === undefined
    ? await context.digester(request.digest)
    : undefined;
  await checkPrefix(context, request, file, digester, act);
  file.seekSync(offsetBytes, Deno.SeekMode.Start);
  context.history.expect(endBytes, offsetBytes);
  const log = new TransferLog(context, "download", path, info.size, offsetBytes);
  const packer = makePacker(context, request.compress);
  const download = { path, act, file, version, offsetBytes, endBytes, digester, log, packer };
  await sendReady(context, download);
  await sendData(context, download);
  const digest = await finishDigest(context, download) ?? known;
  context.history.digest = digest;
  log.finished(endBytes, digest, "sent");
  return digest === undefined ? {} : { digest };
}

/** @throws {SluiceError} `file_changed` when the client began with another version. */
function requireVersion(request: GetRequest, version: FileVersion, act: string): void {
  if (request.version === undefined || request.version === versionText(version)) return;
  throw new SluiceError("file_changed", `Cannot ${act}: it is another version by now`);
}

function readIfSmall(
  context: RequestContext,
  request: GetRequest,
  path: RemotePath,
  act: string,
): SmallFile | undefined {
  const isWhole = request.offsetBytes === 0 && request.lengthBytes === undefined;
  // Small files are sent as they are: where no rate limits them, compressing takes longer than sending.
  const isPacked = request.compress === "on" && context.mayCompress;
  if (!isWhole || context.throttle.isOn || isPacked) return undefined;
  scratch ??= new Uint8Array(SMALL_BYTES);
  const read = context.storage.reader.readSmallFile(path, act, scratch);
  if (read === undefined) return undefined;
  const version = versionOf(read.info);
  requireVersion(request, version, act);
  return { bytes: read.bytes, version };
}

/** Sends a whole small file: its frames are gathered with those of other requests. */
async function sendSmall(
  context: RequestContext,
  request: GetRequest,
  path: RemotePath,
  { bytes, version }: SmallFile,
): Promise<GetResult> {
  const { outbox, requestId, history } = context;
  // Taken first: its wait must not come between the bytes, which are shared, and their frame.
  const digester = request.digest === "none" ? undefined : await context.digester(request.digest);
  history.expect(bytes.byteLength, 0);
  const ready: GetReady = {
    sizeBytes: bytes.byteLength,
    modifiedAtMs: version.modifiedAtMs,
    version: versionText(version),
    offsetBytes: 0,
    lengthBytes: bytes.byteLength,
  };
  await outbox.control(FrameType.READY, requestId, ready);
  context.signal.throwIfAborted();
  if (bytes.byteLength > 0) {
    await outbox.frame(encodeFrame(FrameType.DATA, requestId, bytes, crc32(bytes)));
  }
  digester?.update(bytes);
  const digest = digester?.finish();
  if (digest !== undefined) context.storage.digests.add(version, digest, false);
  history.bytes = bytes.byteLength;
  history.digest = digest;
  context.emitSmall({
    kind: "finished",
    operation: "download",
    path,
    requestId,
    totalBytes: bytes.byteLength,
    doneBytes: bytes.byteLength,
    digest: digest ?? "no digest",
    outcome: "sent",
    seconds: (performance.now() - history.startedMs) / 1000,
  });
  return digest === undefined ? {} : { digest };
}

function rangeOf(
  request: GetRequest,
  sizeBytes: number,
  act: string,
): { offsetBytes: number; endBytes: number } {
  const { offsetBytes } = request;
  const endBytes = request.lengthBytes === undefined
    ? sizeBytes
    : offsetBytes + request.lengthBytes;
  if (offsetBytes > sizeBytes || endBytes > sizeBytes) {
    throw new SluiceError(
      "offset_out_of_range",
      `Cannot ${act}: bytes ${offsetBytes} to ${endBytes} are asked for, it has ${sizeBytes}`,
    );
  }
  return { offsetBytes, endBytes };
}

/** Hashes the bytes that the client already has and compares; the whole-file digest goes on from there. */
async function checkPrefix(
  context: RequestContext,
  request: GetRequest,
  file: Deno.FsFile,
  digester: Digester | undefined,
  act: string,
): Promise<void> {
  if (request.offsetBytes === 0 || request.digest === "none") return;
  if (digester === undefined && request.prefixDigest === undefined) return;
  const used = digester ?? await context.digester(request.digest);
  await hashRange(context, file, request.offsetBytes, used, act);
  if (request.prefixDigest !== undefined && request.prefixDigest !== used.digest()) {
    throw new SluiceError("checksum_mismatch", `Cannot ${act}: the bytes before the offset differ`);
  }
}

async function sendReady(context: RequestContext, download: Download): Promise<void> {
  const ready: GetReady = {
    sizeBytes: download.version.sizeBytes,
    modifiedAtMs: download.version.modifiedAtMs,
    version: versionText(download.version),
    offsetBytes: download.offsetBytes,
    lengthBytes: download.endBytes - download.offsetBytes,
  };
  await context.outbox.control(FrameType.READY, context.requestId, ready);
  if (context.throttle.isOn) context.outbox.flush();
}

async function sendData(context: RequestContext, download: Download): Promise<void> {
  const { outbox, throttle, requestId, signal } = context;
  const { file, endBytes, digester, act, log, packer } = download;
  if (packer !== undefined) return await sendPacked(context, download, packer);
  for (let position = download.offsetBytes; position < endBytes;) {
    // Asked each time: the limits may change on the way.
    const isThrottled = throttle.isOn;
    const { chunkBytes } = throttle;
    const payloadBytes = Math.min(chunkBytes, endBytes - position);
    const frame = await outbox.reserve(HEADER_BYTES + payloadBytes);
    signal.throwIfAborted();
    const chunk = frame.subarray(HEADER_BYTES);
    if (readFully(file, chunk) < payloadBytes) throw changed(act);
    digester?.update(chunk);
    writeHeader(frame, 0, { type: FrameType.DATA, requestId, payloadBytes, crc: crc32(chunk) });
    if (isThrottled) await throttle.wait(payloadBytes, signal);
    outbox.commit(HEADER_BYTES + payloadBytes);
    // A full buffer leaves at once; small files are gathered until the client's requests are served.
    if (isThrottled || payloadBytes === chunkBytes) outbox.flush();
    if (isThrottled) await throttle.pause(payloadBytes, signal);
    position += payloadBytes;
    context.history.bytes += payloadBytes;
    log.progress(position);
  }
}

/** As `sendData`, compressed where that is worth it; rates count what travels. */
async function sendPacked(
  context: RequestContext,
  download: Download,
  packer: DataPacker,
): Promise<void> {
  const { outbox, throttle, requestId, signal } = context;
  const { file, endBytes, digester, act, log } = download;
  for (let position = download.offsetBytes; position < endBytes;) {
    // Asked each time: the limits may change on the way.
    const { chunkBytes } = throttle;
    const plainBytes = Math.min(packer.pieceBytes(chunkBytes), endBytes - position);
    const room = await packer.waiting(outbox.reserve(HEADER_BYTES + plainBytes));
    signal.throwIfAborted();
    const chunk = room.subarray(HEADER_BYTES);
    if (readFully(file, chunk) < plainBytes) throw changed(act);
    digester?.update(chunk);
    const frame = packer.finish(room, requestId);
    const isThrottled = throttle.isOn;
    const wireBytes = frame.byteLength - HEADER_BYTES;
    if (isThrottled) await packer.waiting(throttle.wait(wireBytes, signal));
    outbox.commit(frame.byteLength);
    if (isThrottled || plainBytes >= chunkBytes) outbox.flush();
    position += plainBytes;
    context.history.bytes += plainBytes;
    log.progress(position);
  }
}

/** Hashes what lies behind the part that was sent, and makes sure that the file stayed the same. */
async function finishDigest(
  context: RequestContext,
  download: Download,
): Promise<string | undefined> {
  const { file, version, digester, act, endBytes } = download;
  if (digester !== undefined) {
    await hashRange(context, file, version.sizeBytes - endBytes, digester, act);
  }
  const after = versionOf(file.statSync());
  if (after.sizeBytes !== version.sizeBytes || after.modifiedAtMs !== version.modifiedAtMs) {
    throw changed(act);
  }
  const digest = digester?.digest();
  if (digest !== undefined) context.storage.digests.add(version, digest, false);
  return digest;
}

function changed(act: string): SluiceError {
  return new SluiceError("file_changed", `Cannot ${act}: it changed while it was being read`);
}
