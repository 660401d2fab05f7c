import type { CommitRequest } from "#protocol/requests.ts";
import type { PutResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { withOsErrors } from "../storage/os_error.ts";
import { publish, type Published } from "../storage/publish.ts";
import { versionOf } from "../storage/file_version.ts";
import type { Upload } from "./handlers/put.ts";
import type { RequestContext } from "./request_context.ts";
import { withSyncProgress } from "./sync_progress.ts";

/**
 * Verifies an upload, makes it durable and publishes it. From here on it runs to its end, also when
 * the client is gone: it has sent all that it had.
 *
 * @param context The request.
 * @param upload All its bytes are written.
 * @param commit What the client says they are.
 * @returns Where the file is.
 * @throws {SluiceError} `checksum_mismatch`, `already_exists`, `disk_full`, and what `publish` and a
 * `WriteGuard` throw.
 */
export async function commitUpload(
  context: RequestContext,
  upload: Upload,
  commit: CommitRequest,
): Promise<PutResult> {
  const { session, request, act } = upload;
  const { digest, sizeBytes } = verify(upload, commit);
  if (request.modifiedAtMs !== undefined) {
    const modifiedAt = new Date(request.modifiedAtMs);
    withOsErrors(act, () => session.file.utimeSync(new Date(), modifiedAt));
  }
  await withSyncProgress(context, sizeBytes, () => session.file.sync(), act);
  context.guard.requireFile(upload.path, sizeBytes, act);
  const published = publishOrDiscard(context, upload);
  if (published.outcome === "skipped") {
    session.discard();
    context.history.isQuiet = true;
    return { outcome: "skipped", path: upload.path, sizeBytes };
  }
  context.noteChange();
  context.storage.digests.add(versionOf(session.file.statSync()), digest, true);
  context.history.digest = digest;
  if (published.path !== upload.path) context.history.target = published.path;
  upload.log.finished(sizeBytes, digest, published.outcome);
  return { ...published, sizeBytes, digest };
}

function verify(
  upload: Upload,
  commit: CommitRequest,
): { readonly digest: string; readonly sizeBytes: number } {
  const { session, request, digester, act } = upload;
  const sizeBytes = session.file.statSync().size;
  if (sizeBytes !== request.sizeBytes && !request.isOpenEnded) {
    throw new SluiceError(
      "invalid_request",
      `Cannot ${act}: ${request.sizeBytes} bytes were announced, ${sizeBytes} came`,
    );
  }
  const digest = digester.digest();
  if ((commit.digest ?? digest) === digest && (request.digest ?? digest) === digest) {
    return { digest, sizeBytes };
  }
  session.discard();
  throw new SluiceError(
    "checksum_mismatch",
    `Cannot ${act}: its bytes are not those that were meant`,
  );
}

function publishOrDiscard(context: RequestContext, upload: Upload): Published {
  const { root, lock } = context.storage;
  try {
    return publish(root, lock, upload.session.tempPath, upload.path, upload.request.onConflict);
  } catch (error) {
    // Whoever came first has the name; nothing that would be resumed is left to do here.
    if (error instanceof SluiceError && error.code === "already_exists") upload.session.discard();
    throw error;
  }
}
