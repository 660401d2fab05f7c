import { ERROR_CODES } from "#protocol/error_code.ts";
import type { PublishResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { toSafeError } from "../../error_reply.ts";
import { publishStaged, type StagedOutcome } from "../../storage/publish_staged.ts";
import type { StagedUpload } from "../../storage/staging.ts";
import type { RequestContext } from "../request_context.ts";
import { withSyncProgress } from "../sync_progress.ts";

/** Up to this many files the worker fsyncs each by itself. */
const FEW_FILES = 4;

/** Serves PUBLISH (docs/protocol.md §6.13). */
export async function handlePublish(context: RequestContext): Promise<PublishResult> {
  const { batch } = context.staged;
  if (batch === undefined || batch.uploads.length === 0) {
    throw new SluiceError("invalid_request", "Cannot publish: nothing is staged");
  }
  context.guard.requireWritable("publish");
  context.staged.batch = undefined;
  context.history.isToldLater = true;
  using _batch = batch;
  const startedMs = performance.now();
  await withSyncProgress(context, sizeOf(batch.uploads), () => makeDurable(context, batch.uploads));
  context.signal.throwIfAborted();
  const { root, lock } = context.storage;
  const published = await publishStaged(root, lock, batch.uploads, {
    requireFile: ({ path, sizeBytes }, act) => context.guard.requireFile(path, sizeBytes, act),
    syncAll: () => context.syncState(),
  });
  const outcomes = published.map(withSafeFailure);
  if (outcomes.some(isVisible)) context.noteChange();
  const seconds = (performance.now() - startedMs) / 1000;
  for (const outcome of outcomes) note(context, outcome, seconds);
  report(context, outcomes, seconds);
  return { files: outcomes.map(describe) };
}

async function makeDurable(
  context: RequestContext,
  uploads: readonly StagedUpload[],
): Promise<void> {
  if (uploads.length > FEW_FILES && await context.syncState()) return;
  for (const { temp } of uploads) {
    using file = Deno.openSync(temp, { write: true });
    await file.sync();
  }
}

/** One id for what the client is told, the log and the audit log. */
function withSafeFailure(outcome: StagedOutcome): StagedOutcome {
  if ("published" in outcome) return outcome;
  return { ...outcome, failure: toSafeError(outcome.failure) };
}

function isVisible(outcome: StagedOutcome): boolean {
  return "published" in outcome && outcome.published.outcome !== "skipped";
}

/** Keeps digest and history of one file. */
function note(context: RequestContext, outcome: StagedOutcome, seconds: number): void {
  const { path, sizeBytes: bytes, digest } = outcome.upload;
  const base = { atMs: Date.now(), peer: context.peer, operation: "upload", path } as const;
  const audited = { operation: "upload", path, seconds } as const;
  if (!("published" in outcome)) {
    const { code, message, errorId = "" } = toSafeError(outcome.failure);
    const { requestId } = context;
    context.emit({ kind: "failed", operation: "upload", path, requestId, code, message, errorId });
    context.audit({ ...audited, outcome: code, errorId });
    return context.record({ ...base, bytes: 0, seconds, outcome: code });
  }
  const { published } = outcome;
  if (published.outcome === "skipped") return context.audit({ ...audited, outcome: "done" });
  const target = published.path === path ? {} : { target: published.path };
  context.audit({ ...audited, ...target, bytes, digest, outcome: "done" });
  context.record({ ...base, ...target, bytes, seconds, digest, outcome: "done" });
  if (outcome.version !== undefined) context.storage.digests.add(outcome.version, digest, true);
}

function report(
  context: RequestContext,
  outcomes: readonly StagedOutcome[],
  seconds: number,
): void {
  const { requestId } = context;
  const paths = outcomes.flatMap((outcome) =>
    "published" in outcome ? [outcome.published.path as string] : []
  );
  context.emit({
    kind: "batch",
    operation: "upload",
    path: "",
    requestId,
    paths,
    doneBytes: sizeOf(outcomes.map(({ upload }) => upload)),
    seconds,
  });
}

function describe(outcome: StagedOutcome): PublishResult["files"][number] {
  const wanted = outcome.upload.path;
  if ("published" in outcome) return { wanted, ...outcome.published };
  const { code, message, errorId } = toSafeError(outcome.failure);
  return { wanted, error: { code: ERROR_CODES[code].wire, message, errorId } };
}

function sizeOf(uploads: readonly StagedUpload[]): number {
  return uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
