import { basename, dirname, join, resolve } from "node:path";
import { isThere } from "#client/is_there.ts";
import { locally } from "#client/local_errors.ts";
import { checkLocalName } from "#client/local_name.ts";
import { publishDownload } from "#client/publish_download.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/**
 * Renames or moves a local entry; nothing is ever replaced. A symbolic link is renamed itself.
 *
 * The name is taken in one step for files. For a folder there is an instant between the look and the
 * rename, in which an empty folder that somebody makes there would be replaced.
 *
 * @param folder Where it is.
 * @param from Its name.
 * @param to The new name, or a path from the folder.
 * @returns The path that it has now.
 * @throws {SluiceError} `already_exists`, `not_found`, `invalid_name` and others.
 */
export async function renameLocal(folder: string, from: string, to: string): Promise<string> {
  const [oldPath, newPath] = [join(folder, from), resolve(folder, to)];
  checkLocalName(basename(newPath));
  const act = `rename "${from}"`;
  return await locally(act, async () => {
    const { isDirectory } = await Deno.lstat(oldPath);
    if (oldPath === newPath || await isThere(newPath)) throw taken(act, to);
    if (isDirectory) {
      await Deno.rename(oldPath, newPath);
      return newPath;
    }
    if (!(await isFolder(dirname(newPath)))) {
      throw new SluiceError("not_found", `Cannot ${act}: there is no folder "${dirname(newPath)}"`);
    }
    try {
      return (await publishDownload(oldPath, newPath, "error")).path;
    } catch (error) {
      const isTaken = error instanceof SluiceError && error.code === "already_exists";
      throw isTaken ? taken(act, to) : error;
    }
  });
}

/**
 * Removes a local entry for good, a folder with all that it holds. Symbolic links are removed
 * themselves, never followed.
 *
 * @param path Its path.
 * @throws {SluiceError} `not_found`, `permission_denied` and others.
 */
export async function removeLocal(path: string): Promise<void> {
  await locally(`delete "${path}"`, () => Deno.remove(path, { recursive: true }));
}

/**
 * Makes a local folder; the one above it must be there.
 *
 * @param folder Where.
 * @param name Its name.
 * @throws {SluiceError} `already_exists`, `invalid_name` and others.
 */
export async function makeLocal(folder: string, name: string): Promise<void> {
  const path = resolve(folder, name);
  checkLocalName(basename(path));
  await locally(`make folder "${name}"`, () => Deno.mkdir(path));
}

async function isFolder(path: string): Promise<boolean> {
  return await isThere(path) && (await Deno.stat(path)).isDirectory;
}

function taken(act: string, to: string): SluiceError {
  return new SluiceError("already_exists", `Cannot ${act}: "${to}" already exists`);
}
