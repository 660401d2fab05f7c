import type {
  ChecksumResult,
  FoundEntry,
  HistoryRecord,
  RestoreResult,
  Snapshot,
  TrashEntry,
} from "#protocol/replies.ts";
import type { AccessRole } from "#protocol/access_role.ts";
import type { ThrottleChange, ThrottleResult } from "#protocol/throttle.ts";
import type { ArchiveOptions } from "./archive.ts";
import type { DownloadSetOptions, FileJob, FileSetOptions } from "./file_set/file_job.ts";
import type { DiscardUploadOptions } from "./discard_upload.ts";
import type { FindOptions } from "./find.ts";
import type { ChecksumOptions, HistoryOptions, RestoreOptions } from "./manage_calls.ts";
import type { Preview } from "./preview.ts";
import { StreamingClient } from "./streaming_client.ts";
import type { TransferContext } from "./transfer_context.ts";
import type { CallOptions, TransferResult } from "./types.ts";
import type { WatchOptions } from "./watch.ts";

/** What a client can do beyond single files; each part is loaded when it is first used. */
export abstract class ManagingClient extends StreamingClient {
  readonly #context: TransferContext;

  /**
   * Made by `SluiceClient` only.
   *
   * @param context What the client's calls share.
   */
  protected constructor(context: TransferContext) {
    super(context);
    this.#context = context;
  }

  /**
   * Asks what this client may do, which its access token decides.
   *
   * @param options Signal.
   * @returns The role; `admin` on a server that asks for no token.
   * @throws {SluiceError} `token_required`, `token_refused`, `unreachable` and others.
   */
  async role(options: CallOptions = {}): Promise<AccessRole> {
    const { askForRole } = await import("./ask_role.ts");
    return await askForRole(this.#context.pool, options.signal);
  }

  /**
   * Finds entries below a folder, at any depth. Leaving the loop ends the search.
   *
   * @param path Remote folder; the empty path is root.
   * @param options Pattern, limit and signal; without a pattern all entries are found.
   * @returns Entries as the server comes across them, a folder before what it holds. Paths are
   * checked: none can lead elsewhere.
   * @throws {SluiceError} `not_found`, `not_a_folder`, `unreachable` and others, while iterating.
   */
  async *find(path: string, options: FindOptions = {}): AsyncGenerator<FoundEntry, void, void> {
    const { findEntries } = await this.#context.parts.find();
    yield* findEntries(this.#context.pool, path, options);
  }

  /**
   * Asks for the checksum of one file, which the server computes or knows already.
   *
   * @param path A file.
   * @param options Algorithm, progress and signal.
   * @returns `algorithm:hex`, the size, and whether it was known.
   * @throws {SluiceError} `not_found`, `is_a_folder`, `unreachable` and others.
   */
  async checksum(path: string, options: ChecksumOptions = {}): Promise<ChecksumResult> {
    const { checksumOf } = await this.#context.parts.manageCalls();
    return await checksumOf(this.#context.pool, path, options);
  }

  /**
   * Reads what was done on the server, newest first.
   *
   * @param options Which records, how many, and signal.
   * @returns Records. Names in them may hold anything: escape them before they are shown.
   * @throws {SluiceError} `unreachable` and others, while iterating.
   */
  async *history(options: HistoryOptions = {}): AsyncGenerator<HistoryRecord, void, void> {
    const { historyOf } = await this.#context.parts.manageCalls();
    yield* historyOf(this.#context.pool, options);
  }

  /**
   * Lists the trash, newest first.
   *
   * @param options Signal.
   * @returns Entries with the ids that {@linkcode restore} takes.
   * @throws {SluiceError} `unreachable` and others, while iterating.
   */
  async *trash(options: CallOptions = {}): AsyncGenerator<TrashEntry, void, void> {
    const { trashOf } = await this.#context.parts.manageCalls();
    yield* trashOf(this.#context.pool, options.signal);
  }

  /**
   * Brings an entry back from the trash.
   *
   * @param id Its id.
   * @param options Where to, what to do when the name is taken, and signal.
   * @returns What became of the name, and where the entry is now.
   * @throws {SluiceError} `not_found`, `already_exists`, `unreachable` and others. After
   * `unreachable` it is unknown whether it was done.
   */
  async restore(id: string, options: RestoreOptions = {}): Promise<RestoreResult> {
    const { restoreFrom } = await this.#context.parts.manageCalls();
    return await restoreFrom(this.#context.pool, id, options);
  }

  /**
   * Removes entries of the trash for good.
   *
   * @param ids Which; all when left out.
   * @param options Signal.
   * @returns How many were removed.
   * @throws {SluiceError} `unreachable` and others.
   */
  async emptyTrash(ids?: readonly string[], options: CallOptions = {}): Promise<number> {
    const { emptyTrashOf } = await this.#context.parts.manageCalls();
    return await emptyTrashOf(this.#context.pool, ids, options);
  }

  /**
   * Changes the rates of the server while it runs; transfers under way follow within a second.
   *
   * @param change Rates in bytes per second, 0 for none; what is left out stays. Nothing only asks.
   * @param options Signal.
   * @returns The limits that hold from now on.
   * @throws {SluiceError} `permission_denied`, `invalid_request`, `unreachable` and others.
   */
  async throttle(change: ThrottleChange = {}, options: CallOptions = {}): Promise<ThrottleResult> {
    const { throttleOf } = await this.#context.parts.throttleCall();
    return await throttleOf(this.#context.pool, change, options.signal);
  }

  /**
   * Downloads a folder as one archive, which the server makes on the way. It is verified as a whole,
   * and cannot be continued when it was interrupted.
   *
   * @param remoteFolder A folder; the empty path is root.
   * @param localPath Name of the archive.
   * @param options Format, conflict policy, rate limit, progress and signal.
   * @returns What came of it.
   * @throws {SluiceError} `not_found`, `not_a_folder`, `already_exists`, `file_changed`,
   * `checksum_mismatch`, `disk_full`, `unreachable`, `cancelled` and others.
   */
  async archive(
    remoteFolder: string,
    localPath: string,
    options: ArchiveOptions = {},
  ): Promise<TransferResult> {
    const { archiveFolder } = await this.#context.parts.archive();
    return await archiveFolder(this.#context, remoteFolder, localPath, options);
  }

  /**
   * Fetches the beginning of a file.
   *
   * @param path A file.
   * @param bytes Most bytes, up to 1 MiB.
   * @param options Signal.
   * @returns The bytes and the size of the whole file.
   * @throws {SluiceError} `not_found`, `is_a_folder`, `unreachable` and others.
   * @throws {RangeError} When `bytes` is over the limit.
   */
  async preview(path: string, bytes: number, options: CallOptions = {}): Promise<Preview> {
    const { previewOf } = await this.#context.parts.preview();
    return await previewOf(this.#context.pool, path, bytes, options);
  }

  /**
   * Discards what an unfinished upload has left on the server, so that nothing can be continued. It is
   * found by its path and size, as {@linkcode SluiceClient.upload} finds it; the session that the upload's
   * progress told makes sure that it is that one, and not what somebody else has begun.
   *
   * @param remotePath Where the upload went.
   * @param sizeBytes Size of the file that was being uploaded.
   * @param options Which session, and signal.
   * @returns Bytes that were discarded; 0 when there were none.
   * @throws {SluiceError} `unreachable` and others.
   */
  async discardUpload(
    remotePath: string,
    sizeBytes: number,
    options: DiscardUploadOptions = {},
  ): Promise<number> {
    const { discardUpload } = await this.#context.parts.discardUpload();
    return await discardUpload(this.#context.pool, remotePath, sizeBytes, options);
  }

  /**
   * Discards what an unfinished download has left on this machine: the `.part` file and its note. One
   * that belongs to another remote file stays. The server is not asked.
   *
   * @param remotePath The file that was being downloaded.
   * @param localPath Where it was to be.
   * @returns Bytes that were discarded; 0 when there were none.
   * @throws {SluiceError} `busy` when a transfer writes to it, and others.
   */
  async discardDownload(remotePath: string, localPath: string): Promise<number> {
    const { discardDownload } = await this.#context.parts.discardDownload();
    return await discardDownload(remotePath, localPath);
  }

  /**
   * Follows the server's live state. A connection of its own is opened for it, beside those that
   * transfers use, and closed at the end: it waits for no transfer. A slow loop gets the newest
   * snapshot and misses those before. The loop ends without an error when the signal aborts, and may
   * be left at any time.
   *
   * @param options How often, and signal.
   * @returns Snapshots, the first at once. Names and addresses in them may hold anything: escape them
   * before they are shown.
   * @throws {RangeError} When the interval is out of its range.
   * @throws {SluiceError} `unreachable` when the server goes, `stopping` when it says so before,
   * `busy`, `timeout` and others, while iterating; `cancelled` when the client is closed.
   */
  async *watch(options: WatchOptions = {}): AsyncGenerator<Snapshot, void, void> {
    const { watchServer } = await this.#context.parts.watch();
    yield* watchServer(this.#context.pool, options);
  }

  /**
   * Uploads many files: small ones many at a time over each connection, larger ones one by one. Each
   * file is verified, and has its name only when it is whole and durable. One that fails does not stop
   * the others; a lost connection goes on with what is not published.
   *
   * @param files The files; found while earlier ones are under way.
   * @param options How; each file's end is told to `onEnd`.
   * @throws {SluiceError} `cancelled`; or what `files` throws.
   */
  async uploadAll<J extends FileJob>(
    files: AsyncIterable<J> | Iterable<J>,
    options: FileSetOptions<J>,
  ): Promise<void> {
    const { uploadFiles } = await this.#context.parts.fileSet();
    await uploadFiles(this.#context, files, options);
  }

  /**
   * Downloads many files, as {@linkcode uploadAll} uploads them.
   *
   * @param files The files; found while earlier ones are under way.
   * @param options How, and below which folder; each file's end is told to `onEnd`.
   * @throws {SluiceError} `cancelled`; or what `files` throws.
   */
  async downloadAll<J extends FileJob>(
    files: AsyncIterable<J> | Iterable<J>,
    options: DownloadSetOptions<J>,
  ): Promise<void> {
    const { downloadFiles } = await this.#context.parts.fileSet();
    await downloadFiles(this.#context, files, options);
  }
}
