import type { FoundEntry } from "#protocol/replies.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { readEagerly } from "./read_eagerly.ts";
import type { TreeEntry, TreeFailure } from "./tree_entry.ts";
import type { TreeFilter } from "./tree_filter.ts";

/** What a walk over a server's tree needs of a client. */
export interface Finder {
  find(path: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<FoundEntry>;
}

/**
 * Walks a folder of the server by one FIND, which is read ahead of what is done with the entries.
 *
 * @param client Asks the server.
 * @param folder The folder.
 * @param options Which entries are wanted, and signal.
 * @returns Entries, a folder before what it holds, otherwise in no order. A name that is not allowed is
 * given as a failure.
 */
export async function* walkRemote(
  client: Finder,
  folder: RemotePath,
  options: { readonly filter: TreeFilter; readonly signal: AbortSignal },
): AsyncGenerator<TreeEntry | TreeFailure, void, void> {
  const from = folder === "" ? 0 : folder.length + 1;
  const leftOut = new Set<string>();
  for await (const entry of readEagerly(client.find(folder, { signal: options.signal }))) {
    const path = entry.path.slice(from);
    const { kind, sizeBytes, modifiedAtMs } = entry;
    try {
      parseRemotePath(entry.path);
    } catch (error) {
      yield { path, kind: "failure", error };
      continue;
    }
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (leftOut.has(parent) || !options.filter(path, kind)) {
      if (kind === "folder") leftOut.add(path);
      continue;
    }
    yield { path, kind, sizeBytes, modifiedAtMs };
  }
}
