import type { CompressionMode } from "#protocol/compression_mode.ts";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import type { ConflictDecision } from "./conflict_decision.ts";
import type { LocalSource } from "./local_source.ts";
import type { Pacer } from "./pacer.ts";
import type { ProgressReporter } from "./progress_reporter.ts";
import type { RunningDigest } from "./running_digest.ts";

/** What one upload carries from connection to connection. */
export interface UploadState {
  readonly source: LocalSource;
  readonly digest: RunningDigest;
  readonly path: RemotePath;
  readonly reporter: ProgressReporter;
  /** What is being done, for messages. */
  readonly act: string;
  readonly algorithm: DigestAlgorithm;
  readonly signal: AbortSignal | undefined;
  readonly pacer: Pacer;
  /** What the caller wants to be compressed. */
  readonly compress: CompressionMode;
  readonly conflict: ConflictDecision;
  /** Whether an upload session of an earlier run may be continued. */
  mayResume: boolean;
  /** The upload session to continue; set by {@linkcode noteSession}. */
  session: string | undefined;
  /** Whether a COMMIT was sent whose answer did not come yet. */
  isCommitOpen: boolean;
  /** Bytes that travelled for the content in this run. */
  wireBytes: number;
  /** Whether bytes have moved in this run. */
  hasBegun: boolean;
}

/** Notes which session the server keeps the bytes in, or that it keeps none any more. */
export function noteSession(state: UploadState, session: string | undefined): void {
  state.session = session;
  state.reporter.session = session;
}
