import { decodeControl } from "#protocol/control_payload.ts";
import type { Digester } from "#protocol/digest.ts";
import { FrameType } from "#protocol/frame.ts";
import { INITIAL_WINDOW_BYTES, MAX_STAGED_BYTES, MAX_STAGED_UPLOADS } from "#protocol/limits.ts";
import { releaseBytes } from "#protocol/release_bytes.ts";
import { remoteParent, type RemotePath } from "#protocol/remote_path.ts";
import { CommitSchema, type PutRequest } from "#protocol/requests.ts";
import type { PutReady, PutResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { withOsErrors } from "../../storage/os_error.ts";
import { StagingBatch } from "../../storage/staging.ts";
import type { InboxFrame } from "../inbox.ts";
import { plainPayload } from "../plain_payload.ts";
import type { RequestContext } from "../request_context.ts";

/** A small upload under way. */
interface Staging {
  readonly request: PutRequest;
  readonly path: RemotePath;
  readonly act: string;
  readonly digester: Digester;
}

/** Its bytes, gathered: one upload at a time. */
let scratch: Uint8Array | undefined;

/** Serves a PUT that waits for PUBLISH (docs/protocol.md §6.13). */
export async function stageUpload(
  context: RequestContext,
  request: PutRequest,
  path: RemotePath,
  act: string,
): Promise<PutResult> {
  requireStageable(context, request, path, act);
  const batch = context.staged.batch ??= new StagingBatch(
    context.storage.root.statePath,
    context.access.token?.id,
  );
  requireFolder(context, batch, request, path, act);
  const digester = await context.digester(request.algorithm);
  context.history.expect(request.sizeBytes, 0);
  const { bytes, digest } = await receive(context, { request, path, act, digester });
  context.history.bytes = bytes.byteLength;
  await context.guard.requireRoom(bytes.byteLength, act, context.signal);
  const written = withOsErrors(act, () => batch.write(bytes, request.modifiedAtMs));
  context.guard.addWritten(bytes.byteLength, act);
  batch.uploads.push({ path, onConflict: request.onConflict, digest, ...written });
  // Its record follows when it is published.
  context.history.isQuiet = true;
  context.history.isToldLater = true;
  return { outcome: "staged", path, sizeBytes: request.sizeBytes };
}

function requireStageable(
  context: RequestContext,
  request: PutRequest,
  path: RemotePath,
  act: string,
): void {
  if (path === "") throw new SluiceError("is_a_folder", `Cannot ${act}: root is a folder`);
  if (request.resume || request.session !== undefined) {
    throw new SluiceError("invalid_request", `Cannot ${act}: what is staged cannot be resumed`);
  }
  if (request.isOpenEnded || request.sizeBytes > MAX_STAGED_BYTES) {
    throw new SluiceError(
      "too_large",
      `Cannot ${act}: it is over the ${MAX_STAGED_BYTES} bytes that may be staged`,
    );
  }
  if ((context.staged.batch?.uploads.length ?? 0) >= MAX_STAGED_UPLOADS) {
    throw new SluiceError(
      "too_large",
      `Cannot ${act}: ${MAX_STAGED_UPLOADS} uploads are staged already`,
    );
  }
}

/** Looks at each folder once for all uploads of a batch; publishing looks again. */
function requireFolder(
  context: RequestContext,
  batch: StagingBatch,
  request: PutRequest,
  path: RemotePath,
  act: string,
): void {
  const folder = remoteParent(path);
  if (batch.folders.has(folder)) return;
  const { root } = context.storage;
  if (request.makeParents && root.makeFolders(folder, act)) context.noteChange();
  root.locate(path, act);
  batch.folders.add(folder);
}

async function receive(
  context: RequestContext,
  staging: Staging,
): Promise<{ readonly bytes: Uint8Array; readonly digest: string }> {
  const { request, act, digester } = staging;
  scratch ??= new Uint8Array(MAX_STAGED_BYTES);
  let filled = 0;
  for (;;) {
    const frame = await nextFrame(context, act);
    const { type, payload } = frame;
    if (type === FrameType.COMMIT) {
      const { digest } = decodeControl(CommitSchema, payload);
      if (filled !== request.sizeBytes) throw wrongLength(staging, filled);
      const actual = digester.finish();
      const isMeant = (digest ?? actual) === actual && (request.digest ?? actual) === actual;
      if (isMeant) return { bytes: scratch.subarray(0, filled), digest: actual };
      throw new SluiceError(
        "checksum_mismatch",
        `Cannot ${act}: its bytes are not those that were meant`,
      );
    }
    if (type === FrameType.ABORT) {
      throw new SluiceError("cancelled", `Cannot ${act}: the client ended it`);
    }
    const bytes = plainPayload(frame, {
      act,
      mayCompress: request.mayCompress && context.mayCompress,
      restBytes: request.sizeBytes - filled,
    });
    scratch.set(bytes, filled);
    digester.update(bytes);
    filled += bytes.byteLength;
    if (type === FrameType.PACKED) releaseBytes(bytes);
    await flow(context, payload.byteLength);
  }
}

/** The next frame of this upload; a client that waits for READY gets it. */
async function nextFrame(context: RequestContext, act: string): Promise<InboxFrame> {
  const { inbox, requestId, signal } = context;
  if (inbox.isEmpty) await sendReady(context);
  const frame = await inbox.next({ isBetweenRequests: false, signal });
  if (frame === null) {
    throw new SluiceError("unreachable", `Cannot ${act}: the client went away`);
  }
  const isPart = frame.type === FrameType.DATA || frame.type === FrameType.PACKED ||
    frame.type === FrameType.COMMIT || frame.type === FrameType.ABORT;
  if (isPart && frame.requestId === requestId) return frame;
  inbox.unread(frame);
  throw new SluiceError("protocol_error", `Cannot ${act}: another request came in between`);
}

async function sendReady(context: RequestContext): Promise<void> {
  const { outbox, requestId, staged, throttle } = context;
  if (staged.isReadyFor === requestId) return;
  staged.isReadyFor = requestId;
  const ready: PutReady = {
    session: "staged",
    offsetBytes: 0,
    windowBytes: INITIAL_WINDOW_BYTES,
    chunkBytes: throttle.chunkBytes,
  };
  await outbox.control(FrameType.READY, requestId, ready);
}

async function flow(context: RequestContext, bytes: number): Promise<void> {
  const { throttle, signal } = context;
  if (!throttle.isOn) return;
  await throttle.wait(bytes, signal);
  await throttle.pause(bytes, signal);
}

function wrongLength({ request, act }: Staging, came: number): SluiceError {
  return new SluiceError(
    "invalid_request",
    `Cannot ${act}: ${request.sizeBytes} bytes were announced, ${came} came`,
  );
}
