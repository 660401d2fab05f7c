import { alternativePath, remoteParent, type RemotePath } from "#protocol/remote_path.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { NamespaceLock } from "./namespace_lock.ts";
import { osCode, withOsErrors } from "./os_error.ts";
import type { RootFolder } from "./root_folder.ts";

/** Names that the policy `rename` tries before it gives up. */
export const MAX_ALTERNATIVES = 10_000;

/** Where a file ended up. */
export interface Published {
  readonly outcome: "created" | "replaced" | "skipped";
  readonly path: RemotePath;
}

/**
 * Gives a finished temp file its name in one step. The caller has verified and fsynced it; the temp
 * name is gone afterwards, unless the outcome is `skipped` or this throws.
 *
 * @param root Root.
 * @param lock The namespace lock.
 * @param temp Temp file, on the file system of root.
 * @param path The wanted name.
 * @param policy What happens when the name is taken.
 * @returns Where it is.
 * @throws {SluiceError} `already_exists`, `is_a_folder`, `permission_denied`, `not_found`.
 */
export function publish(
  root: RootFolder,
  lock: NamespaceLock,
  temp: string,
  path: RemotePath,
  policy: ConflictPolicy,
): Published {
  const act = `upload "${path}"`;
  const published = lock.hold(() => publishLocked(root, temp, path, policy, act));
  if (published.outcome !== "skipped") root.syncFolder(remoteParent(published.path));
  return published;
}

/**
 * As {@linkcode publish}, for a caller that holds the namespace lock and makes the name durable.
 *
 * @param act For messages.
 * @param options `keepsTemp`: the temp name may stay; the caller removes it later.
 */
export function publishLocked(
  root: RootFolder,
  temp: string,
  path: RemotePath,
  policy: ConflictPolicy,
  act: string,
  options: { readonly keepsTemp?: boolean } = {},
): Published {
  if (policy === "overwrite") return replace(root, temp, path, act);
  const linkNew = (name: RemotePath): boolean => {
    const outcome = linkIfFree(root, temp, name, act);
    if (outcome === "linked" && !options.keepsTemp) Deno.removeSync(temp);
    return outcome !== "taken";
  };
  if (linkNew(path)) return { outcome: "created", path };
  if (policy === "skip") return { outcome: "skipped", path };
  if (policy === "error") {
    throw new SluiceError("already_exists", `Cannot ${act}: the name is taken`);
  }
  for (let attempt = 1; attempt <= MAX_ALTERNATIVES; attempt++) {
    const other = alternativePath(path, attempt);
    if (linkNew(other)) return { outcome: "created", path: other };
  }
  throw new SluiceError("already_exists", `Cannot ${act}: the name and its alternatives are taken`);
}

function replace(root: RootFolder, temp: string, path: RemotePath, act: string): Published {
  const there = root.statIfThere(path, act);
  if (there !== undefined) requireReplaceable(there, act);
  const target = root.locate(path, act);
  withOsErrors(act, () => Deno.renameSync(temp, target));
  return { outcome: there === undefined ? "created" : "replaced", path };
}

/**
 * Refuses to replace anything but a regular file.
 *
 * @param there What has the name now.
 * @param act For the message.
 * @throws {SluiceError} `is_a_folder`, `permission_denied` or `not_a_file`.
 */
export function requireReplaceable(there: Deno.FileInfo, act: string): void {
  if (there.isFile) return;
  if (there.isDirectory) {
    throw new SluiceError("is_a_folder", `Cannot ${act}: a folder has that name`);
  }
  if (there.isSymlink) {
    throw new SluiceError("permission_denied", `Cannot ${act}: a symbolic link has that name`);
  }
  throw new SluiceError("not_a_file", `Cannot ${act}: a device, pipe or socket has that name`);
}

/** Gives a file a name that must be free. Where there are no hard links the temp name goes with it. */
function linkIfFree(
  root: RootFolder,
  temp: string,
  path: RemotePath,
  act: string,
): "taken" | "linked" | "moved" {
  const target = root.locate(path, act);
  try {
    Deno.linkSync(temp, target);
  } catch (error) {
    const code = osCode(error);
    if (code === "EEXIST") return "taken";
    if (!NO_LINKS.has(code)) {
      return withOsErrors(act, () => {
        throw error;
      });
    }
    return moveNew(root, temp, path, act) ? "moved" : "taken";
  }
  return "linked";
}

// What a file system without hard links answers (exFAT, some network and container file systems).
const NO_LINKS: ReadonlySet<string> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
]);

/** The same without hard links: safe among Sluice's own workers, which the namespace lock orders. */
function moveNew(root: RootFolder, temp: string, path: RemotePath, act: string): boolean {
  if (root.statIfThere(path, act) !== undefined) return false;
  const target = root.locate(path, act);
  withOsErrors(act, () => Deno.renameSync(temp, target));
  return true;
}
