import { join } from "node:path";
import { throwIfAborted } from "../abort.ts";
import { localError } from "../local_errors.ts";
import { isIncomingName } from "../file_set/incoming_folder.ts";
import type { TreeEntry, TreeFailure } from "./tree_entry.ts";
import type { TreeFilter } from "./tree_filter.ts";

/** How a local tree is walked. */
export interface WalkOptions {
  readonly filter: TreeFilter;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Walks a local folder, without following symbolic links.
 *
 * @param folder Its path.
 * @param options Which entries are wanted, and signal.
 * @returns Entries in the order of their names, a folder before what it holds. What cannot be read is
 * given as a failure, and the walk goes on.
 */
export async function* walkLocal(
  folder: string,
  options: WalkOptions,
): AsyncGenerator<TreeEntry | TreeFailure, void, void> {
  yield* walkBelow(folder, "", options);
}

async function* walkBelow(
  folder: string,
  prefix: string,
  options: WalkOptions,
): AsyncGenerator<TreeEntry | TreeFailure, void, void> {
  throwIfAborted(options.signal, `read "${folder}"`);
  let names: readonly string[];
  try {
    names = (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
  } catch (error) {
    const named = localError(`read folder "${folder}"`, error);
    return yield { path: prefix.slice(0, -1), kind: "failure", error: named };
  }
  for (const name of names) {
    if (isIncomingName(name)) continue;
    const entry = lookAt(join(folder, name), prefix + name);
    if (entry.kind !== "failure" && !options.filter(entry.path, entry.kind)) continue;
    yield entry;
    if (entry.kind === "folder") yield* walkBelow(join(folder, name), `${entry.path}/`, options);
  }
}

// Synchronously: for one small call that costs a tenth.
function lookAt(localPath: string, path: string): TreeEntry | TreeFailure {
  try {
    const info = Deno.lstatSync(localPath);
    return {
      path,
      kind: kindOf(info),
      sizeBytes: info.isFile ? info.size : 0,
      modifiedAtMs: info.mtime?.getTime() ?? 0,
    };
  } catch (error) {
    return { path, kind: "failure", error: localError(`read "${localPath}"`, error) };
  }
}

function kindOf(info: Deno.FileInfo): TreeEntry["kind"] {
  if (info.isSymlink) return "symlink";
  if (info.isDirectory) return "folder";
  return info.isFile ? "file" : "other";
}
