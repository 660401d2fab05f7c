import { joinRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { RootFolder } from "../storage/root_folder.ts";

const KEEP_MS = 30_000;

/** The sorted names of the folder that was listed last, so that its pages agree and cost one read. */
export class FolderPages {
  #path: RemotePath | undefined;
  #names: string[] = [];
  #readAtMs = 0;

  /**
   * Gives the names of a folder behind `after`.
   *
   * @param root Root.
   * @param path The folder.
   * @param after Last name of the previous page; `undefined` reads the folder anew.
   * @returns All names that follow, sorted.
   */
  namesAfter(root: RootFolder, path: RemotePath, after: string | undefined): readonly string[] {
    const isFresh = this.#path === path && performance.now() - this.#readAtMs < KEEP_MS;
    if (after === undefined || !isFresh) this.#read(root, path);
    return after === undefined ? this.#names : this.#names.slice(this.#indexAfter(after));
  }

  /** Forgets what was read. */
  reset(): void {
    this.#path = undefined;
    this.#names = [];
  }

  #read(root: RootFolder, path: RemotePath): void {
    const names: string[] = [];
    for (const entry of root.readFolder(path, `list "${path}"`)) {
      if (isServable(path, entry.name)) names.push(entry.name);
    }
    this.#names = names.sort();
    this.#path = path;
    this.#readAtMs = performance.now();
  }

  /** Index of the first name greater than `after`. */
  #indexAfter(after: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#names[middle] ?? "") <= after) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

// What breaks a rule of names (made by another program) could not be asked for either.
function isServable(folder: RemotePath, name: string): boolean {
  try {
    joinRemotePath(folder, name);
    return true;
  } catch (error) {
    if (error instanceof SluiceError) return false;
    throw error;
  }
}
