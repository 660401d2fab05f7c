import type { SyncTree } from "./plan_sync.ts";
import type { TreeEntry, TreeFailure } from "./tree_entry.ts";
import type { TreeFilter } from "./tree_filter.ts";

/** A tree that was walked to its end. */
export interface ReadTree extends SyncTree {
  /** What could not be looked at. */
  readonly failures: readonly TreeFailure[];
}

/**
 * Walks a tree to its end.
 *
 * @param filter Which entries are wanted.
 * @param walk Walks with the filter that it is given.
 * @returns All entries by path, and what was left out.
 */
export async function readTree(
  filter: TreeFilter,
  walk: (filter: TreeFilter) => AsyncIterable<TreeEntry | TreeFailure>,
): Promise<ReadTree> {
  const entries = new Map<string, TreeEntry>();
  const leftOut = new Set<string>();
  const failures: TreeFailure[] = [];
  const noting: TreeFilter = (path, kind) => {
    const isWanted = filter(path, kind);
    if (!isWanted) leftOut.add(path);
    return isWanted;
  };
  for await (const entry of walk(noting)) {
    if (entry.kind === "failure") failures.push(entry);
    else entries.set(entry.path, entry);
  }
  return { entries, leftOut, failures };
}
