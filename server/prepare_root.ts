import { join } from "node:path";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** Folders inside the state folder. */
export const STATE_SUBFOLDERS = ["uploads", "trash", "staged"] as const;
/** Folder for what each of several servers of a root keeps for itself. */
export const SERVERS_FOLDER = "servers";

/**
 * Makes root and its state folder when they are missing.
 *
 * @param root Path of the folder to serve; may itself be a symbolic link.
 * @param name What the server is called among several of this root.
 * @returns Real path of root.
 * @throws {SluiceError} `not_a_folder` or `permission_denied`.
 */
export async function prepareRoot(root: string, name?: string): Promise<string> {
  const real = await makeFolder(root);
  const state = join(real, STATE_FOLDER);
  const servers = join(state, SERVERS_FOLDER);
  const own = name === undefined ? [] : [servers, join(servers, name)];
  const common = STATE_SUBFOLDERS.map((folder) => join(state, folder));
  for (const folder of [state, ...common, ...own]) {
    // A link in place of the state folder could send uploads anywhere.
    if (await makeFolder(folder) !== folder) {
      throw new SluiceError(
        "permission_denied",
        `Cannot serve "${root}": "${folder}" is a symbolic link; remove it and start again`,
      );
    }
  }
  return real;
}

async function makeFolder(path: string): Promise<string> {
  try {
    await Deno.mkdir(path, { recursive: true });
    const real = await Deno.realPath(path);
    if ((await Deno.stat(real)).isDirectory) return real;
    throw notAFolder(path);
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory) {
      throw notAFolder(path);
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new SluiceError("permission_denied", `Cannot serve "${path}": ${why}`, { cause: error });
  }
}

function notAFolder(path: string): SluiceError {
  return new SluiceError("not_a_folder", `Cannot serve "${path}": it is not a folder`);
}
