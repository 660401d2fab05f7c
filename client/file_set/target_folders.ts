import { basename, dirname } from "node:path";
import { SluiceError } from "#protocol/sluice_error.ts";
import { localError } from "../local_errors.ts";

/** Names that are looked up one by one before a whole folder is read instead. */
const SINGLE_LOOKUPS = 4;

interface TargetFolder {
  lookups: number;
  /** What was in it when it was read. */
  names: ReadonlySet<string> | undefined;
}

/** The folders that downloads go to: made when missing, and asked which names are taken. */
export class TargetFolders {
  readonly #folders = new Map<string, TargetFolder>();

  /** Makes the folder of a file, with those above it. */
  makeFor(path: string): void {
    const folder = dirname(path);
    if (this.#folders.has(folder)) return;
    try {
      Deno.mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw localError(`create folder "${folder}"`, error);
    }
    this.#folders.set(folder, { lookups: 0, names: undefined });
  }

  /**
   * Says whether a name is taken. Names that are taken later show when the file gets its name: this
   * only saves moving bytes for nothing.
   *
   * @param path In a folder that was made.
   * @throws {SluiceError} `is_a_folder`.
   */
  isTaken(path: string): boolean {
    const folder = this.#folders.get(dirname(path));
    if (folder !== undefined && ++folder.lookups > SINGLE_LOOKUPS) {
      // A name that is not there costs an error each time: reading the folder costs less.
      folder.names ??= readNames(dirname(path));
      if (!folder.names.has(basename(path))) return false;
    }
    return isThere(path);
  }
}

function readNames(folder: string): ReadonlySet<string> {
  try {
    return new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  } catch (error) {
    throw localError(`read folder "${folder}"`, error);
  }
}

function isThere(path: string): boolean {
  try {
    const info = Deno.lstatSync(path);
    if (info.isDirectory) {
      throw new SluiceError("is_a_folder", `Cannot write "${path}": it is a folder`);
    }
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw localError(`write "${path}"`, error);
  }
}
