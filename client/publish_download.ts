import { basename, dirname, join } from "node:path";
import type { ConflictPolicy } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { errorCode, localError, locally } from "./local_errors.ts";
import { removeIfThere } from "./remove_if_there.ts";
import { alternativeName } from "./local_name.ts";

/** Alternatives that the policy `rename` tries. */
const MOST_ALTERNATIVES = 9999;
/** What file systems without hard links answer. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EMLINK"]);

/** How a download ended up under its name. */
export interface Published {
  readonly outcome: "created" | "replaced" | "skipped";
  readonly path: string;
}

/**
 * Says what stands under the name of a download.
 *
 * @param path Local path.
 * @returns Whether something is there that the policies are about.
 * @throws {SluiceError} `is_a_folder`, or `not_a_file` for a device or pipe.
 */
export async function isTaken(path: string): Promise<boolean> {
  return await locally(`write "${path}"`, async () => {
    try {
      const info = await Deno.lstat(path);
      if (info.isDirectory) {
        throw new SluiceError("is_a_folder", `Cannot write "${path}": it is a folder`);
      }
      if (!info.isFile && !info.isSymlink) {
        throw new SluiceError("not_a_file", `Cannot write "${path}": it is not a regular file`);
      }
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}

/**
 * Gives a finished part its name, in one step that never shows anything but the whole file.
 * `overwrite` replaces what is there, a symbolic link included; the others never replace.
 *
 * @param partPath The finished file; its own name is gone afterwards, unless it was skipped.
 * @param targetPath The wanted name.
 * @param policy What to do when the name is taken.
 * @returns What happened.
 * @throws {SluiceError} `already_exists`, `is_a_folder` and others; the part stays then.
 */
export async function publishDownload(
  partPath: string,
  targetPath: string,
  policy: ConflictPolicy,
): Promise<Published> {
  if (policy === "overwrite") {
    const outcome = await isTaken(targetPath) ? "replaced" : "created";
    await locally(`write "${targetPath}"`, () => Deno.rename(partPath, targetPath));
    // Renaming one name of a file to another of its names does nothing (POSIX rename).
    await removeIfThere(partPath);
    return { outcome, path: targetPath };
  }
  const most = policy === "rename" ? MOST_ALTERNATIVES : 0;
  for (let attempt = 0; attempt <= most; attempt++) {
    const path = attempt === 0 ? targetPath : alternativePath(targetPath, attempt);
    if (await placeNew(partPath, path)) return { outcome: "created", path };
  }
  if (policy === "skip") return { outcome: "skipped", path: targetPath };
  throw takenError(targetPath);
}

/** The error of a name that is taken. */
export function takenError(targetPath: string): SluiceError {
  return new SluiceError(
    "already_exists",
    `Cannot write "${targetPath}": it already exists`,
  );
}

/** Gives the part a name that must be free; says whether it was. */
async function placeNew(partPath: string, path: string): Promise<boolean> {
  try {
    await Deno.link(partPath, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    if (!NO_LINKS.has(errorCode(error)) && !(error instanceof Deno.errors.NotSupported)) {
      throw localError(`write "${path}"`, error);
    }
    return await renameNew(partPath, path);
  }
  await locally(`write "${path}"`, () => Deno.remove(partPath));
  return true;
}

/** Without hard links nothing can look and take in one step: a name taken in between is replaced. */
async function renameNew(partPath: string, path: string): Promise<boolean> {
  if (await isTaken(path)) return false;
  await locally(`write "${path}"`, () => Deno.rename(partPath, path));
  return true;
}

function alternativePath(path: string, attempt: number): string {
  return join(dirname(path), alternativeName(basename(path), attempt));
}
