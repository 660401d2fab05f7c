import { join } from "node:path";
import { SluiceError } from "#protocol/sluice_error.ts";
import { localError } from "../local_errors.ts";
import { checkLocalName } from "../local_name.ts";

/** How local folders are made. */
export interface LocalFoldersOptions {
  /** System that names must be possible on. */
  readonly os: string;
  /** Whether folders are only checked, not made. */
  readonly isDryRun: boolean;
}

/**
 * The folders of a tree that is brought to this machine. Every name is checked, and no symbolic link in
 * the tree is followed: it could lead what the server names out of it.
 */
export class LocalFolders {
  readonly #root: string;
  readonly #options: LocalFoldersOptions;
  /** Folders below root that may be used. */
  readonly #made = new Set<string>([""]);
  readonly #refused = new Set<string>();

  /**
   * @param root The tree's root; a symbolic link there is what the person chose.
   * @param options How.
   */
  constructor(root: string, options: LocalFoldersOptions) {
    this.#root = root;
    this.#options = options;
  }

  /** Makes the tree's root. */
  makeRoot(): void {
    if (this.#options.isDryRun) return;
    try {
      Deno.mkdirSync(this.#root, { recursive: true });
    } catch (error) {
      throw localError(`create folder "${this.#root}"`, error);
    }
  }

  /**
   * Gives the place of an entry, and makes the folders above it.
   *
   * @param path Path below the tree's root, with `/`.
   * @returns Local path; undefined when a folder above it was refused before.
   * @throws {SluiceError} The reason why a name or a folder cannot be used, once for each folder.
   */
  pathOf(path: string): string | undefined {
    const slash = path.lastIndexOf("/");
    const parent = slash === -1 ? "" : path.slice(0, slash);
    if (this.#isRefused(parent)) return undefined;
    if (!this.#made.has(parent)) this.make(parent);
    checkLocalName(path.slice(slash + 1), this.#options.os);
    return join(this.#root, path);
  }

  /**
   * Makes one folder, and those above it.
   *
   * @param path Path below the tree's root, with `/`.
   */
  make(path: string): void {
    if (this.#made.has(path)) return;
    try {
      const localPath = this.pathOf(path);
      if (localPath === undefined) throw notUsable(join(this.#root, path));
      this.#makeOne(localPath);
      this.#made.add(path);
    } catch (error) {
      this.#refused.add(path);
      throw error;
    }
  }

  #isRefused(path: string): boolean {
    if (this.#refused.size === 0) return false;
    const parts = path.split("/");
    return parts.some((_, index) => this.#refused.has(parts.slice(0, index + 1).join("/")));
  }

  #makeOne(localPath: string): void {
    try {
      const info = Deno.lstatSync(localPath);
      if (info.isDirectory) return;
      throw info.isSymlink ? symlinkInTheWay(localPath) : notUsable(localPath);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        throw localError(`create folder "${localPath}"`, error);
      }
    }
    if (this.#options.isDryRun) return;
    try {
      Deno.mkdirSync(localPath);
    } catch (error) {
      throw localError(`create folder "${localPath}"`, error);
    }
  }
}

function symlinkInTheWay(localPath: string): SluiceError {
  const message = `Cannot save into "${localPath}": it is a symbolic link`;
  return new SluiceError("permission_denied", message);
}

function notUsable(localPath: string): SluiceError {
  const message = `Cannot save into "${localPath}": a file stands where a folder should`;
  return new SluiceError("not_a_folder", message);
}
