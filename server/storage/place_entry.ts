import { alternativePath, type RemotePath } from "#protocol/remote_path.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { withOsErrors } from "./os_error.ts";
import { MAX_ALTERNATIVES, type Published, requireReplaceable } from "./publish.ts";
import type { RootFolder } from "./root_folder.ts";

/** An entry outside of root's names that is to get one. */
export interface UnplacedEntry {
  readonly local: string;
  readonly info: Deno.FileInfo;
}

/**
 * Gives a file, folder or link a name by one rename. The namespace lock must be held: it is what keeps
 * the name free between the look and the rename. A folder is never replaced, nor does it replace.
 *
 * @param root Root.
 * @param entry What is to be moved.
 * @param path The wanted name; its parents exist.
 * @param policy What happens when the name is taken.
 * @param act For messages.
 * @returns Where it is.
 * @throws {SluiceError} `already_exists`, `is_a_folder`, `not_a_file`, `permission_denied`, `not_found`.
 */
export function placeEntry(
  root: RootFolder,
  entry: UnplacedEntry,
  path: RemotePath,
  policy: ConflictPolicy,
  act: string,
): Published {
  const there = root.statIfThere(path, act);
  if (there === undefined) return move(root, entry, path, "created", act);
  switch (policy) {
    case "skip":
      return { outcome: "skipped", path };
    case "rename":
      return move(root, entry, freeAlternative(root, path, act), "created", act);
    case "overwrite":
      requireReplaceable(there, act);
      if (!entry.info.isDirectory) return move(root, entry, path, "replaced", act);
      throw new SluiceError("already_exists", `Cannot ${act}: a folder replaces no file`);
    case "error":
      throw new SluiceError("already_exists", `Cannot ${act}: the name is taken`);
  }
}

function move(
  root: RootFolder,
  entry: UnplacedEntry,
  path: RemotePath,
  outcome: "created" | "replaced",
  act: string,
): Published {
  const target = root.locate(path, act);
  withOsErrors(act, () => Deno.renameSync(entry.local, target));
  return { outcome, path };
}

function freeAlternative(root: RootFolder, path: RemotePath, act: string): RemotePath {
  for (let attempt = 1; attempt <= MAX_ALTERNATIVES; attempt++) {
    const other = alternativePath(path, attempt);
    if (root.statIfThere(other, act) === undefined) return other;
  }
  throw new SluiceError("already_exists", `Cannot ${act}: the name and its alternatives are taken`);
}
