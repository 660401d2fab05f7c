import { joinRemotePath, remoteName, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { versionOf, versionText } from "../storage/file_version.ts";
import { readFully } from "../storage/read_fully.ts";
import type { RequestContext } from "./request_context.ts";
import { walkFolder } from "./walk_folder.ts";

const SLICE_BYTES = 256 * 1024;

/** One entry of an archive, to be taken in before the next one is asked for. */
export interface ArchiveEntry {
  /** Path inside the archive, with `/`; never absolute, never upwards. */
  readonly name: string;
  readonly modifiedAt: Date;
  /** Size and content of a file; `undefined` for a folder. */
  readonly file: ArchiveFile | undefined;
}

/** Content of one file. */
export interface ArchiveFile {
  readonly sizeBytes: number;
  /** Its bytes, exactly as many as said. */
  slices(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/** Files and folders below a folder, one after the other, with at most one file open. */
export class ArchiveSource implements Disposable {
  readonly #context: RequestContext;
  readonly #folder: RemotePath;
  readonly #names: readonly string[] | undefined;
  readonly #act: string;
  #open: Deno.FsFile | undefined;

  /**
   * @param context The request.
   * @param folder The folder.
   * @param names Which of its entries; `undefined` for the folder itself.
   * @param act For messages.
   */
  constructor(
    context: RequestContext,
    folder: RemotePath,
    names: readonly string[] | undefined,
    act: string,
  ) {
    this.#context = context;
    this.#folder = folder;
    this.#names = names;
    this.#act = act;
  }

  /** All entries, a folder before what it holds. Links and devices are left out. */
  async *entries(): AsyncGenerator<ArchiveEntry> {
    if (this.#names === undefined) return yield* this.#folderEntries(this.#folder);
    const { root } = this.#context.storage;
    for (const name of this.#names) {
      const path = joinRemotePath(this.#folder, name);
      if (root.statDeep(path, this.#act)?.isDirectory) {
        yield* this.#folderEntries(path);
      } else {
        const described = this.#openEntry(path);
        if (described !== undefined) yield described;
      }
    }
  }

  async *#folderEntries(folder: RemotePath): AsyncGenerator<ArchiveEntry> {
    const { storage, signal } = this.#context;
    const { root } = storage;
    const own = root.stat(folder, this.#act);
    if (folder !== "") yield folderEntry(this.#nameOf(folder), own);
    for await (const { path, entry } of walkFolder(root, folder, this.#act, signal)) {
      if (entry.isDirectory) {
        const info = root.statDeep(path, this.#act);
        if (info?.isDirectory) yield folderEntry(this.#nameOf(path), info);
      } else if (entry.isFile) {
        const described = this.#openEntry(path);
        if (described !== undefined) yield described;
      }
    }
  }

  [Symbol.dispose](): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #openEntry(path: RemotePath): ArchiveEntry | undefined {
    this[Symbol.dispose]();
    try {
      const { file, info } = this.#context.storage.root.openFile(path, this.#act);
      this.#open = file;
      const content = { sizeBytes: info.size, slices: () => this.#slices(file, info, path) };
      return { name: this.#nameOf(path), modifiedAt: info.mtime ?? new Date(0), file: content };
    } catch (error) {
      // Deleted, or turned into something else, since its folder was read.
      if (error instanceof SluiceError && GONE_CODES.has(error.code)) return undefined;
      throw error;
    }
  }

  async *#slices(
    file: Deno.FsFile,
    info: Deno.FileInfo,
    path: RemotePath,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let left = info.size; left > 0;) {
      this.#context.signal.throwIfAborted();
      // Not recycled: the archive's own streams may still hold the one before.
      const slice = new Uint8Array(Math.min(SLICE_BYTES, left));
      if (readFully(file, slice) < slice.byteLength) throw this.#changed(path);
      left -= slice.byteLength;
      yield slice;
    }
    if (versionText(versionOf(file.statSync())) !== versionText(versionOf(info))) {
      throw this.#changed(path);
    }
  }

  #changed(path: RemotePath): SluiceError {
    const why = `"${path}" changed while it was being read`;
    return new SluiceError("file_changed", `Cannot ${this.#act}: ${why}`);
  }

  /**
   * A whole folder begins with its own name, so that an archive unpacks into one folder; entries that were
   * chosen by name stand beside each other.
   */
  #nameOf(path: RemotePath): string {
    const prefix = this.#names === undefined ? remoteName(this.#folder) : "";
    const below = this.#folder === "" ? path : path.slice(this.#folder.length + 1);
    const name = [prefix, below].filter((part) => part !== "").join("/");
    // `C:x` would be a place on a drive where this is unpacked on Windows.
    return name.replace(/^([a-z]):/i, "$1_");
  }
}

const GONE_CODES: ReadonlySet<string> = new Set([
  "not_found",
  "not_a_folder",
  "is_a_folder",
  "not_a_file",
  "permission_denied",
]);

function folderEntry(name: string, info: Deno.FileInfo): ArchiveEntry {
  return { name, modifiedAt: info.mtime ?? new Date(0), file: undefined };
}
