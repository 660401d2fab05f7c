import type { Entry, TrashEntry } from "#protocol/replies.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { BeginUploadOptions, SkippedUpload } from "./begin_upload.ts";
import type { CommittedUpload, LostCommit, OpenUpload } from "./open_upload.ts";
import type { HistoryPage, HistoryPageOptions, Page, PageOptions } from "./pages.ts";
import type { ArchiveRead, ReadArchiveOptions, ReadOptions, RemoteRead } from "./read_file.ts";
import type { TransferContext } from "./transfer_context.ts";
import type { CallOptions } from "./types.ts";

/** What a client offers to programs that move bytes and turn pages themselves. */
export abstract class StreamingClient {
  readonly #context: TransferContext;

  /**
   * Made by `SluiceClient` only.
   *
   * @param context What the client's calls share.
   */
  protected constructor(context: TransferContext) {
    this.#context = context;
  }

  /**
   * Begins to read a file, or a part of it, as a stream. A whole file is verified by its digest before its
   * last bytes are handed out, a part by the CRC-32 of its frames. A slow reader slows the server down.
   *
   * @param path A file.
   * @param options Which bytes, of which version, and signal, which also ends the stream.
   * @returns Size, version and the stream, which must be read to its end or cancelled.
   * @throws {SluiceError} `not_found`, `is_a_folder`, `offset_out_of_range`, `file_changed`, `unreachable` and others.
   */
  async read(path: string, options: ReadOptions = {}): Promise<RemoteRead> {
    const { readFile } = await this.#context.parts.readFile();
    return await readFile(this.#context.pool, path, options);
  }

  /**
   * Begins to read a folder, or some of its entries, as one archive.
   *
   * @param folder A folder; the empty path is root.
   * @param options Which entries, format, and signal, which also ends the stream.
   * @returns The stream, which must be read to its end or cancelled.
   * @throws {SluiceError} `not_found`, `not_a_folder`, `unreachable` and others.
   */
  async readArchive(folder: string, options: ReadArchiveOptions = {}): Promise<ArchiveRead> {
    const { readArchive } = await this.#context.parts.readFile();
    return await readArchive(this.#context.pool, folder, options);
  }

  /**
   * Begins or continues an upload whose bytes the caller hands over piece by piece; missing folders are made.
   *
   * @param path Where to.
   * @param sizeBytes Size of the whole; `undefined` when only its end will show it: such an upload cannot be
   * continued.
   * @param options Conflict policy, which session to continue, and signal for the beginning.
   * @returns The upload, or that the name is taken and skipped.
   * @throws {SluiceError} `already_exists`, `session_not_found`, `unreachable` and others.
   */
  async beginUpload(
    path: string,
    sizeBytes: number | undefined,
    options: BeginUploadOptions = {},
  ): Promise<OpenUpload | SkippedUpload> {
    const { beginUpload } = await this.#context.parts.beginUpload();
    return await beginUpload(this.#context.pool, path, sizeBytes, options);
  }

  /**
   * Looks whether an upload was published although the answer to its COMMIT was lost. Only the digest of what
   * stands under the name counts as proof; a server that does not know it reads the file for it.
   *
   * @param lost {@linkcode OpenUpload.lostCommit}.
   * @param options Signal.
   * @returns What the lost answer would have said, or `undefined` when there is no proof: the COMMIT had no
   * effect, has none yet, or its file is elsewhere (policy `rename`). Whether a file was replaced cannot be told.
   * @throws {SluiceError} `unreachable` and others when the server cannot be asked.
   */
  async findPublished(
    lost: LostCommit,
    options: CallOptions = {},
  ): Promise<CommittedUpload | undefined> {
    const { findPublishedBy } = await this.#context.parts.findPublished();
    const { path, signal = undefined, ...rest } = { ...lost, ...options };
    const wanted = { ...rest, path: parseRemotePath(path), signal };
    const found = await findPublishedBy(this.#context.pool, wanted);
    return found === undefined ? undefined : { ...found, outcome: "created" };
  }

  /**
   * Lists one page of a folder, in the order of names.
   *
   * @param path Remote folder.
   * @param options Where the page begins, its size, and signal.
   * @returns Entries, and whether there are more. Names are checked: none can lead elsewhere.
   * @throws {SluiceError} `not_found`, `not_a_folder`, `unreachable` and others.
   */
  async listPage(path: string, options: PageOptions = {}): Promise<Page<Entry>> {
    const { listPage } = await this.#context.parts.pages();
    return await listPage(this.#context.pool, path, options);
  }

  /**
   * Lists one page of the trash, newest first.
   *
   * @param options Where the page begins, its size, and signal.
   * @returns Entries, and whether there are more.
   * @throws {SluiceError} `unreachable` and others.
   */
  async trashPage(options: PageOptions = {}): Promise<Page<TrashEntry>> {
    const { trashPage } = await this.#context.parts.pages();
    return await trashPage(this.#context.pool, options);
  }

  /**
   * Reads one page of the history, newest first.
   *
   * @param options Where the page begins, which records, and signal.
   * @returns Records, and whether there are older ones.
   * @throws {SluiceError} `unreachable` and others.
   */
  async historyPage(options: HistoryPageOptions = {}): Promise<HistoryPage> {
    const { historyPage } = await this.#context.parts.pages();
    return await historyPage(this.#context.pool, options);
  }
}
