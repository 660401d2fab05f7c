import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import type { PutResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, throwIfAborted } from "./abort.ts";
import type { Connection } from "./connection.ts";
import { ConflictDecision } from "./conflict_decision.ts";
import { FilePut } from "./file_put.ts";
import { findPublished } from "./find_published.ts";
import { LocalSource } from "./local_source.ts";
import { Pacer } from "./pacer.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import { retryTransfer } from "./retry_transfer.ts";
import { RunningDigest } from "./running_digest.ts";
import type { TransferContext } from "./transfer_context.ts";
import type { TransferOptions, TransferResult } from "./types.ts";
import { noteSession, type UploadState } from "./upload_state.ts";

/** Times that an upload begins anew because the two sides disagree about the bytes. */
const MOST_FRESH_STARTS = 1;

/**
 * Uploads one file.
 *
 * @param context What the client's transfers share.
 * @param localPath A regular file.
 * @param remotePath Where to.
 * @param options How.
 * @returns What came of it.
 * @throws {SluiceError} As `SluiceClient.upload` says.
 */
export async function uploadFile(
  context: TransferContext,
  localPath: string,
  remotePath: string,
  options: TransferOptions,
): Promise<TransferResult> {
  const startedAtMs = performance.now();
  const path = parseRemotePath(remotePath);
  throwIfAborted(options.signal, `upload "${localPath}"`);
  using source = await LocalSource.open(localPath);
  using digest = await RunningDigest.create(options.verify ?? "xxh128");
  const state = begin(source, digest, path, options);
  try {
    const result = await new Upload(context, state).run();
    return describe(state, result, startedAtMs);
  } catch (error) {
    throw options.signal?.aborted ? cancelledError(state.act, options.signal) : error;
  }
}

function begin(
  source: LocalSource,
  digest: RunningDigest,
  path: RemotePath,
  options: TransferOptions,
): UploadState {
  const reporter = new ProgressReporter(options.onProgress);
  reporter.totalBytes = source.sizeBytes;
  return {
    source,
    digest,
    path,
    reporter,
    act: `upload "${source.path}"`,
    algorithm: options.verify ?? "xxh128",
    signal: options.signal,
    pacer: new Pacer(options.limitRate ?? 0),
    compress: options.compress ?? "auto",
    conflict: new ConflictDecision(options.onConflict),
    mayResume: options.resume !== false,
    session: undefined,
    isCommitOpen: false,
    wireBytes: 0,
    hasBegun: false,
  };
}

function describe(state: UploadState, result: PutResult, startedAtMs: number): TransferResult {
  const { outcome } = result;
  if (outcome === "staged") {
    throw new SluiceError("protocol_error", `Cannot ${state.act}: the server did not publish it`);
  }
  const isSkipped = outcome === "skipped";
  if (!isSkipped && result.digest !== undefined && result.digest !== state.digest.digest()) {
    throw new SluiceError(
      "checksum_mismatch",
      `Cannot ${state.act}: the server published other bytes than were sent`,
    );
  }
  return {
    direction: "upload",
    outcome,
    remotePath: parseRemotePath(result.path),
    localPath: state.source.path,
    sizeBytes: state.source.sizeBytes,
    ...(isSkipped ? {} : { digest: state.digest.digest(), wireBytes: state.wireBytes }),
    seconds: (performance.now() - startedAtMs) / 1000,
    resumedFromBytes: state.reporter.resumedFromBytes,
  };
}

/** One upload over all its connections. */
class Upload {
  readonly #context: TransferContext;
  readonly #state: UploadState;
  #freshStarts = 0;
  /** Whether a COMMIT was sent on an earlier connection, and its answer never came. */
  #hasLostAnswer = false;

  constructor(context: TransferContext, state: UploadState) {
    this.#context = context;
    this.#state = state;
  }

  async run(): Promise<PutResult> {
    const { reporter, signal } = this.#state;
    return await retryTransfer({
      context: this.#context,
      signal,
      doneBytes: () => reporter.doneBytes,
      onWait: (retryInMs, reason) => reporter.enter("retrying", { retryInMs, reason }),
    }, () => this.#tryOnce());
  }

  /** Refusals that have a remedy are remedied at once, without the wait before a retry. */
  async #tryOnce(): Promise<PutResult> {
    for (;;) {
      try {
        return await this.#put();
      } catch (error) {
        if (!(await this.#hasRemedy(error))) throw error;
      }
    }
  }

  async #put(): Promise<PutResult> {
    const { reporter, signal, act } = this.#state;
    reporter.enter("waiting");
    using lease = await this.#context.pool.lease({
      act,
      signal,
      onConnecting: () => reporter.enter("connecting"),
    });
    const { connection } = lease;
    const published = this.#state.isCommitOpen ? await this.#findPublished(connection) : undefined;
    if (published !== undefined) return published;
    try {
      const result = await new FilePut(connection, this.#state).run();
      return result.outcome === "skipped" ? await this.#findLate(connection) ?? result : result;
    } catch (error) {
      const isConflict = error instanceof SluiceError && error.code === "already_exists";
      const late = isConflict ? await this.#findLate(connection) : undefined;
      if (late === undefined) throw error;
      return late;
    }
  }

  /** The name may be taken by this very upload: a COMMIT whose answer was lost took effect late. */
  async #findLate(connection: Connection): Promise<PutResult | undefined> {
    return this.#hasLostAnswer ? await this.#findPublished(connection) : undefined;
  }

  /** A connection may have been lost behind COMMIT: then the file may be there already. */
  async #findPublished(connection: Connection): Promise<PutResult | undefined> {
    const { source, digest, path, algorithm, signal } = this.#state;
    const { sizeBytes } = source;
    this.#hasLostAnswer = true;
    await source.hashUpTo(digest, sizeBytes, signal);
    const wanted = { path, sizeBytes, algorithm, digest: digest.digest(), signal };
    const published = await findPublished(connection, wanted);
    this.#state.isCommitOpen = false;
    return published;
  }

  async #hasRemedy(error: unknown): Promise<boolean> {
    const state = this.#state;
    if (!(error instanceof SluiceError) || state.signal?.aborted) return false;
    switch (error.code) {
      case "session_not_found": {
        const hadSession = state.session !== undefined;
        noteSession(state, undefined);
        return hadSession;
      }
      case "already_exists": {
        if (!state.conflict.isOpen) return false;
        const policy = await state.conflict.decide({
          direction: "upload",
          name: state.path,
          source: state.source.path,
        });
        return policy !== "error";
      }
      case "checksum_mismatch":
        noteSession(state, undefined);
        state.mayResume = false;
        return this.#freshStarts++ < MOST_FRESH_STARTS;
      default:
        return false;
    }
  }
}
