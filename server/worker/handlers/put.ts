import { decodeControl } from "#protocol/control_payload.ts";
import type { Digester } from "#protocol/digest.ts";
import { FrameType } from "#protocol/frame.ts";
import { parseRemotePath, remoteParent, type RemotePath } from "#protocol/remote_path.ts";
import { type PutRequest, PutSchema } from "#protocol/requests.ts";
import type { PutReady, PutResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { requireReplaceable } from "../../storage/publish.ts";
import type { UploadSession } from "../../storage/upload_session.ts";
import { commitUpload } from "../commit_upload.ts";
import { hashRange } from "../hash_range.ts";
import { receiveUpload } from "../receive_upload.ts";
import type { RequestContext } from "../request_context.ts";
import { TransferLog } from "../transfer_log.ts";
import { stageUpload } from "./stage.ts";

/** An upload under way. */
export interface Upload {
  readonly path: RemotePath;
  readonly act: string;
  readonly request: PutRequest;
  readonly session: UploadSession;
  readonly digester: Digester;
  readonly log: TransferLog;
}

/** Serves PUT and all frames up to its COMMIT or ABORT (docs/protocol.md §6.4). */
export async function handlePut(context: RequestContext, payload: Uint8Array): Promise<PutResult> {
  const request = decodeControl(PutSchema, payload);
  const path = parseRemotePath(request.path);
  const act = `upload "${path}"`;
  context.history.path = path;
  context.guard.requireName(path, act);
  if (!request.isOpenEnded) context.guard.requireSize(request.sizeBytes, act);
  if (request.stage) return await stageUpload(context, request, path, act);
  if (isTaken(context, request, path, act)) {
    context.history.isQuiet = true;
    return { outcome: "skipped", path, sizeBytes: request.sizeBytes };
  }
  const { root } = context.storage;
  if (!request.makeParents) root.locate(path, act);
  else if (root.makeFolders(remoteParent(path), act)) context.noteChange();
  using session = await openSession(context, request, path, act);
  context.holdSession(session.id);
  let isUnderWay = false;
  try {
    await requireRoom(context, request, session, act);
    const digester = await context.digester(request.algorithm);
    await hashRange(context, session.file, session.offsetBytes, digester, act);
    const totalBytes = request.isOpenEnded ? 0 : request.sizeBytes;
    if (!request.isOpenEnded) context.history.expect(totalBytes, session.offsetBytes);
    const log = new TransferLog(context, "upload", path, totalBytes, session.offsetBytes);
    const upload: Upload = { path, act, request, session, digester, log };
    await sendReady(context, upload);
    isUnderWay = true;
    const commit = await receiveUpload(context, upload);
    return await commitUpload(context, upload, commit);
  } catch (error) {
    // Kept for a resume; but what has used up the room must give it back, or a part that does not fit keeps
    // everybody out for days, and nobody can ask for one without a size.
    if ((isUnderWay && isOutOfRoom(error)) || request.isOpenEnded) session.discard();
    if (isUntouched(context, error)) context.history.isQuiet = true;
    throw error;
  } finally {
    context.holdSession(undefined);
  }
}

/** For what is still to come; of an upload whose end is open that is not known. */
async function requireRoom(
  context: RequestContext,
  request: PutRequest,
  session: UploadSession,
  act: string,
): Promise<void> {
  const bytes = request.isOpenEnded ? 0 : request.sizeBytes - session.offsetBytes;
  try {
    await context.guard.requireRoom(bytes, act, context.signal);
  } catch (error) {
    // One that has no byte yet is nothing to go on with.
    if (session.offsetBytes === 0) session.discard();
    throw error;
  }
}

function isOutOfRoom(error: unknown): boolean {
  if (!(error instanceof SluiceError)) return false;
  return error.code === "disk_full" || error.code === "quota_exceeded";
}

/** Somebody only asked how far an upload is: that is nothing to remember. */
function isUntouched({ history }: RequestContext, error: unknown): boolean {
  return history.bytes === 0 && error instanceof SluiceError && error.code === "cancelled";
}

/** Looks early at what the policy decides at the end, to spare a useless upload. */
function isTaken(
  context: RequestContext,
  request: PutRequest,
  path: RemotePath,
  act: string,
): boolean {
  if (path === "") throw new SluiceError("is_a_folder", `Cannot ${act}: root is a folder`);
  const { root } = context.storage;
  if (request.onConflict === "rename") return false;
  const there = request.makeParents ? root.statDeep(path, act) : root.statIfThere(path, act);
  if (there === undefined) return false;
  if (request.onConflict === "error") {
    throw new SluiceError("already_exists", `Cannot ${act}: the name is taken`);
  }
  if (request.onConflict === "overwrite") requireReplaceable(there, act);
  return request.onConflict === "skip";
}

async function openSession(
  context: RequestContext,
  request: PutRequest,
  path: RemotePath,
  act: string,
): Promise<UploadSession> {
  const { uploads } = context.storage;
  const key = { path, sizeBytes: request.sizeBytes, owner: context.access.token?.id };
  if (request.session !== undefined) {
    const { session } = request;
    return await uploads.resume(
      session,
      key,
      act,
      () => context.takeSession(session),
      context.signal,
    );
  }
  const mayContinue = request.resume && !request.isOpenEnded;
  const found = mayContinue ? await uploads.find(key, act) : undefined;
  return found ?? await uploads.create(key, act);
}

async function sendReady(context: RequestContext, upload: Upload): Promise<void> {
  const { session, digester } = upload;
  const ready: PutReady = {
    session: session.id,
    offsetBytes: session.offsetBytes,
    ...(session.offsetBytes === 0 ? {} : { prefixDigest: digester.digest() }),
    windowBytes: context.throttle.windowBytes,
    chunkBytes: context.throttle.chunkBytes,
  };
  await context.outbox.control(FrameType.READY, context.requestId, ready);
}
