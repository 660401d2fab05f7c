import { join, SEPARATOR } from "./local_path.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { remoteParent, type RemotePath } from "#protocol/remote_path.ts";
import type { EntryKind } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { fromOsError, osCode, withOsErrors } from "./os_error.ts";
import { requirePlatformName } from "./platform_name.ts";
import { readFully } from "./read_fully.ts";
import { syncLocalFolder } from "./sync_local_folder.ts";

/** A name that is being replaced over and over is opened this many times before it is given up. */
const MAX_OPEN_ATTEMPTS = 20;

/** A file that was opened for reading, and what it was at that instant. */
export interface OpenedFile {
  readonly file: Deno.FsFile;
  readonly info: Deno.FileInfo;
}

interface RootFolderOptions {
  /** Looks at each folder once, until it forgets: under the namespace lock, or for reading on Linux. */
  readonly remembersFolders?: boolean;
  /** Where the state folder is, when it is not in root. */
  readonly statePath?: string;
}

/**
 * Root on the server's disk: the only place where a remote path becomes a path of the disk and where
 * files of clients are opened. Symbolic links are never followed.
 *
 * Limit: a program on the server's own machine that swaps a folder for a link between the check and
 * the call can send one rename, delete or mkdir elsewhere. Clients cannot make links. What is opened is
 * compared with its name again after the open.
 */
export class RootFolder {
  /** Real path of root; a folder that looks like it may be missing, or a link, which is refused. */
  readonly path: string;
  /** Path of the state folder. */
  readonly statePath: string;

  readonly #checked: Set<RemotePath> | undefined;

  /**
   * @param path Real path of root, or of the folder in it that is to look like root.
   * @param options How long it remembers, and where the state folder is.
   */
  constructor(path: string, options: RootFolderOptions = {}) {
    this.path = path;
    this.statePath = options.statePath ?? join(path, STATE_FOLDER);
    this.#checked = options.remembersFolders ? new Set() : undefined;
  }

  /** Forgets which folders were plain: the next use of each looks again. */
  forgetFolders(): void {
    this.#checked?.clear();
  }

  /**
   * Gives the place of a remote path on the disk, after checking that no link is on the way to it.
   * The last name is not checked and need not exist.
   *
   * @param path A remote path.
   * @param act For messages, e.g. `rename "a"`.
   * @returns A path that is safe for calls that do not follow a link in its last name.
   * @throws {SluiceError} `not_found`, `not_a_folder` or `permission_denied` about its parents.
   */
  locate(path: RemotePath, act: string): string {
    requirePlatformName(path, act);
    this.#requirePlainFolder(remoteParent(path), act);
    return this.#join(path);
  }

  /**
   * Looks at one entry, without following a link.
   *
   * @returns What is there.
   * @throws {SluiceError} As `locate`; `not_found` when nothing is there.
   */
  stat(path: RemotePath, act: string): Deno.FileInfo {
    const local = this.locate(path, act);
    return withOsErrors(act, () => Deno.lstatSync(local));
  }

  /** As {@linkcode RootFolder.stat}, but `undefined` when nothing is there. */
  statIfThere(path: RemotePath, act: string): Deno.FileInfo | undefined {
    const local = this.locate(path, act);
    try {
      return Deno.lstatSync(local);
    } catch (error) {
      if (osCode(error) === "ENOENT") return undefined;
      return withOsErrors(act, () => {
        throw error;
      });
    }
  }

  /** As {@linkcode RootFolder.statIfThere}, also `undefined` when a folder above is missing. */
  statDeep(path: RemotePath, act: string): Deno.FileInfo | undefined {
    try {
      return this.statIfThere(path, act);
    } catch (error) {
      if (error instanceof SluiceError && error.code === "not_found") return undefined;
      throw error;
    }
  }

  /**
   * Opens a regular file for reading.
   *
   * @returns The open file, which the caller closes.
   * @throws {SluiceError} `is_a_folder`, `not_a_file` or `permission_denied` by what it is.
   */
  openFile(path: RemotePath, act: string): OpenedFile {
    for (let attempt = 0; attempt < MAX_OPEN_ATTEMPTS; attempt++) {
      const opened = this.#openOnce(path, act);
      if (opened !== undefined) return opened;
    }
    throw new SluiceError("busy", `Cannot ${act}: it is replaced too often right now; try again`);
  }

  /**
   * Reads a small regular file as one version of it, with fewer calls than opening and reading.
   *
   * @param into Takes the content.
   * @returns What was read; `undefined` when the file does not fit.
   * @throws {SluiceError} As {@linkcode RootFolder.openFile}.
   */
  readSmallFile(
    path: RemotePath,
    act: string,
    into: Uint8Array,
  ): { readonly bytes: Uint8Array; readonly info: Deno.FileInfo } | undefined {
    for (let attempt = 0; attempt < MAX_OPEN_ATTEMPTS; attempt++) {
      const before = this.stat(path, act);
      requireFile(before, act);
      if (before.size > into.byteLength) return undefined;
      using file = withOsErrors(act, () => Deno.openSync(this.#join(path)));
      const bytes = into.subarray(0, withOsErrors(act, () => readFully(file, into)));
      const info = this.#verify(path, act, before, file);
      const isWhole = info !== undefined && info.size === bytes.byteLength &&
        info.mtime?.getTime() === before.mtime?.getTime();
      if (isWhole) return { bytes, info };
    }
    throw new SluiceError("busy", `Cannot ${act}: it changes too often right now; try again`);
  }

  #openOnce(path: RemotePath, act: string): OpenedFile | undefined {
    // Looked at first also because opening a pipe would wait for a writer.
    const before = this.stat(path, act);
    requireFile(before, act);
    const file = withOsErrors(act, () => Deno.openSync(this.#join(path)));
    try {
      const info = this.#verify(path, act, before, file);
      if (info !== undefined) return { file, info };
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    return undefined;
  }

  /**
   * Makes sure that an open file is what its name meant before and means now (`undefined` if not), reached
   * through plain folders. On Linux `fstat` in the worker's sandbox refuses a file outside of root,
   * however it was reached; elsewhere the folder is looked at once more.
   */
  #verify(
    path: RemotePath,
    act: string,
    before: Deno.FileInfo,
    file: Deno.FsFile,
  ): Deno.FileInfo | undefined {
    const info = withOsErrors(act, () => file.statSync());
    const after = this.stat(path, act);
    if (Deno.build.os !== "linux") this.#requirePlainFolder(remoteParent(path), act);
    return isSameFile(before, info) && isSameFile(info, after) ? info : undefined;
  }

  /** Names in a folder, in no order, as the disk has them. */
  *readFolder(path: RemotePath, act: string): Generator<Deno.DirEntry> {
    const info = this.stat(path, act);
    if (info.isSymlink) throw linkInTheWay(act);
    if (!info.isDirectory) {
      throw new SluiceError("not_a_folder", `Cannot ${act}: it is not a folder`);
    }
    const entries = withOsErrors(act, () => Deno.readDirSync(this.#join(path)));
    for (const entry of entries) {
      if (path !== "" || entry.name !== STATE_FOLDER) yield entry;
    }
  }

  /**
   * Makes the missing folders of a path, one by one, refusing links on the way.
   *
   * @returns Whether any was missing.
   * @throws {SluiceError} `not_a_folder` when something else stands in the way.
   */
  makeFolders(path: RemotePath, act: string): boolean {
    if (path === "") return false;
    const info = this.#lstatFolder(path);
    if (info?.isDirectory) {
      this.#requirePlainFolder(path, act);
      return false;
    }
    if (info?.isSymlink) throw linkInTheWay(act);
    if (info !== undefined) throw fileInTheWay(act);
    this.makeFolders(remoteParent(path), act);
    const local = this.locate(path, act);
    withOsErrors(act, () => {
      try {
        Deno.mkdirSync(local);
      } catch (error) {
        // Another connection made it in between; that it is a folder is checked when it is used.
        if (osCode(error) !== "EEXIST") throw error;
      }
    });
    this.syncFolder(remoteParent(path));
    return true;
  }

  /** Sets the modification time of a folder; throws as {@linkcode RootFolder.stat}, and `not_a_folder`. */
  setModified(path: RemotePath, modifiedAtMs: number, act: string): void {
    const info = this.stat(path, act);
    if (info.isSymlink) throw linkInTheWay(act);
    if (!info.isDirectory) throw fileInTheWay(act);
    const local = this.#join(path);
    withOsErrors(act, () => Deno.utimeSync(local, new Date(), new Date(modifiedAtMs)));
  }

  /** Makes changes of names in a folder durable. Does nothing where the system cannot (Windows). */
  syncFolder(path: RemotePath): void {
    try {
      syncLocalFolder(this.#join(path));
    } catch (error) {
      // Moved or deleted since: that change makes its own folder durable, and ours went with it.
      if (osCode(error) === "ENOENT" || osCode(error) === "ENOTDIR") return;
      throw fromOsError(error, "make a name durable");
    }
  }

  #lstatFolder(path: RemotePath): Deno.FileInfo | undefined {
    try {
      return Deno.lstatSync(this.#join(path));
    } catch {
      // Missing, or below something that is no folder: making it will say which.
      return undefined;
    }
  }

  #join(path: RemotePath): string {
    if (path === "") return this.path;
    // A remote path is normal already; joining costs more than some of the calls that it is for.
    return SEPARATOR === "/" ? `${this.path}/${path}` : join(this.path, ...path.split("/"));
  }

  #requirePlainFolder(path: RemotePath, act: string): void {
    if (this.#checked?.has(path)) return;
    const wanted = this.#join(path);
    const real = withOsErrors(act, () => Deno.realPathSync(wanted));
    if (real !== wanted && withOsErrors(act, () => this.#hasLink(path))) throw linkInTheWay(act);
    if (real !== this.path && !real.startsWith(join(this.path, ""))) throw linkInTheWay(act);
    this.#checked?.add(path);
  }

  // On a file system that folds case or normalises names the real path may be spelt another way.
  #hasLink(path: RemotePath): boolean {
    if (path === "") return false;
    return Deno.lstatSync(this.#join(path)).isSymlink || this.#hasLink(remoteParent(path));
  }
}

/** What an entry is. */
export function kindOf(info: Deno.FileInfo | Deno.DirEntry): EntryKind {
  if (info.isSymlink) return "symlink";
  if (info.isDirectory) return "folder";
  return info.isFile ? "file" : "other";
}

function isSameFile(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

function requireFile(info: Deno.FileInfo, act: string): void {
  if (info.isFile) return;
  if (info.isSymlink) throw linkInTheWay(act);
  if (info.isDirectory) throw new SluiceError("is_a_folder", `Cannot ${act}: it is a folder`);
  throw new SluiceError("not_a_file", `Cannot ${act}: it is a device, pipe or socket`);
}

function fileInTheWay(act: string): SluiceError {
  return new SluiceError("not_a_folder", `Cannot ${act}: a file stands where a folder should`);
}

/** The error for a symbolic link where none may be. */
export function linkInTheWay(act: string): SluiceError {
  return new SluiceError("permission_denied", `Cannot ${act}: symbolic links are not followed`);
}
