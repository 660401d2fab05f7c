/**
 * The client library of Sluice: lists, uploads and downloads files of a Sluice server. Every byte is
 * verified from end to end, and an interrupted transfer is continued where it ended.
 *
 * @example List a folder and download a file
 * ```ts ignore
 * import { parseServerAddress, SluiceClient } from "#client/mod.ts";
 *
 * await using client = new SluiceClient({ server: parseServerAddress("localhost:9999") });
 * for await (const entry of client.list("")) {
 *   console.log(entry.kind, entry.sizeBytes, entry.name);
 * }
 * const { digest, seconds } = await client.download("welcome.txt", "copy.txt", {
 *   onProgress: ({ doneBytes, totalBytes }) => console.log(doneBytes, totalBytes),
 * });
 * console.log(digest, seconds);
 * ```
 *
 * @module
 */
export { formatServerAddress, parseServerAddress } from "./address.ts";
export { SluiceClient } from "./sluice_client.ts";
export type { BaseClient, DeleteOptions, MkdirOptions } from "./base_client.ts";
export type { ManagingClient } from "./managing_client.ts";
export type { StreamingClient } from "./streaming_client.ts";
export type { ArchiveFormat, ArchiveOptions } from "./archive.ts";
export type { BeginUploadOptions, SkippedUpload } from "./begin_upload.ts";
export type { CommittedUpload, LostCommit, OpenUpload } from "./open_upload.ts";
export type { HistoryPage, HistoryPageOptions, Page, PageOptions } from "./pages.ts";
export type {
  ArchiveRead,
  ReadArchiveOptions,
  ReadingOptions,
  ReadOptions,
  RemoteRead,
} from "./read_file.ts";
export type { DiscardUploadOptions } from "./discard_upload.ts";
export type { FindOptions } from "./find.ts";
export type { ChecksumOptions, HistoryOptions, RestoreOptions } from "./manage_calls.ts";
export type { Preview } from "./preview.ts";
export type { WatchOptions } from "./watch.ts";
export type { DownloadSetOptions, FileEnd, FileJob, FileSetOptions } from "./file_set/file_job.ts";
export { type AskToken, TokenKeeper, type TokenKeeperOptions } from "./token_keeper.ts";
export type { AccessRole } from "#protocol/access_role.ts";
export { RateLimit } from "./rate_limit.ts";
export type * from "./types.ts";
export { ERROR_CODES, type ErrorCode, type ErrorCodeEntry } from "#protocol/error_code.ts";
export { SluiceError, type SluiceErrorOptions } from "#protocol/sluice_error.ts";
export type {
  ChecksumResult,
  DeleteResult,
  Entry,
  EntryKind,
  Flow,
  FoundEntry,
  HistoryRecord,
  OperationState,
  RestoreResult,
  ServerProcesses,
  Snapshot,
  SnapshotOperation,
  StatResult,
  StatusResult,
  TrashEntry,
} from "#protocol/replies.ts";
export type { ThrottleChange, ThrottleResult } from "#protocol/throttle.ts";
export {
  type ChecksumAlgorithm,
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
} from "#protocol/digest_algorithm.ts";
export type { CompressionMode } from "#protocol/compression_mode.ts";
export { CONFLICT_POLICIES, type ConflictPolicy } from "#protocol/requests.ts";
