import type { TreeEntry } from "./tree_entry.ts";

/** One side of a sync: what is wanted of it by path, and what may not be touched. */
export interface SyncTree {
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** Paths that filters left out; they and the folders above them are never deleted. */
  readonly leftOut: ReadonlySet<string>;
}

/** What one step of a sync does to the target. */
export type SyncStep =
  | { readonly kind: "folder"; readonly path: string }
  | {
    readonly kind: "transfer";
    readonly path: string;
    readonly source: TreeEntry;
    readonly reason: "new" | "changed";
  }
  /** `isWhole`: a folder goes with all that is in it. */
  | {
    readonly kind: "delete";
    readonly path: string;
    readonly entry: TreeEntry;
    readonly isWhole: boolean;
  }
  /** Two entries of different kinds share a path, and nothing was said that allows to delete. */
  | { readonly kind: "conflict"; readonly path: string; readonly entry: TreeEntry };

/** How trees are compared. */
export interface SyncRules {
  /** Whether two files of one size are the same. */
  readonly isSame: (source: TreeEntry, target: TreeEntry) => boolean;
  /** Whether what the source does not have is deleted. */
  readonly mayDelete: boolean;
}

/**
 * Says what makes a target like its source. Symbolic links and devices are never moved, replaced or
 * deleted, on either side.
 *
 * @param source What is to be.
 * @param target What is.
 * @param rules How they are compared.
 * @returns Steps in the order in which they can be done: what is in the way is deleted first, what is
 * left over last, deepest first.
 */
export function planSync(source: SyncTree, target: SyncTree, rules: SyncRules): SyncStep[] {
  const blocked: SyncStep[] = [];
  const steps: SyncStep[] = [];
  const conflicts = new Set<string>();
  for (const [path, wanted] of source.entries) {
    if (!isMovable(wanted) || hasAncestorIn(path, conflicts)) continue;
    const present = target.entries.get(path);
    if (present !== undefined && present.kind !== wanted.kind) {
      const mayReplace = rules.mayDelete && isMovable(present) && !holdsLeftOut(target, path);
      if (!mayReplace) {
        conflicts.add(path);
        steps.push({ kind: "conflict", path, entry: present });
        continue;
      }
      blocked.push({ kind: "delete", path, entry: present, isWhole: true });
    }
    const other = present?.kind === wanted.kind ? present : undefined;
    if (wanted.kind === "folder") {
      if (other === undefined) steps.push({ kind: "folder", path });
    } else if (other === undefined) {
      steps.push({ kind: "transfer", path, source: wanted, reason: "new" });
    } else if (wanted.sizeBytes !== other.sizeBytes || !rules.isSame(wanted, other)) {
      steps.push({ kind: "transfer", path, source: wanted, reason: "changed" });
    }
  }
  const gone = new Set(blocked.map(({ path }) => path));
  return [...blocked, ...steps, ...(rules.mayDelete ? planDeletes(source, target, gone) : [])];
}

function planDeletes(source: SyncTree, target: SyncTree, gone: ReadonlySet<string>): SyncStep[] {
  const deletes: SyncStep[] = [];
  const whole = new Set<string>(gone);
  // Shorter paths first, so that a folder is seen before what it holds.
  const extra = [...target.entries.values()]
    .filter(({ path }) => !source.entries.has(path) && !source.leftOut.has(path))
    .sort((a, b) => a.path < b.path ? -1 : 1);
  for (const entry of extra) {
    const { path, kind } = entry;
    if (!isMovable(entry) || hasAncestorIn(path, whole) || whole.has(path)) continue;
    if (hasAncestorIn(path, source.leftOut)) continue;
    const isWhole = kind === "folder" && !holdsLeftOut(target, path) && !holdsLinks(target, path);
    if (isWhole) whole.add(path);
    if (kind === "folder" && !isWhole) continue;
    deletes.push({ kind: "delete", path, entry, isWhole });
  }
  return deletes.reverse();
}

function isMovable({ kind }: TreeEntry): boolean {
  return kind === "file" || kind === "folder";
}

/** Whether a folder holds something that filters left out. */
function holdsLeftOut({ leftOut }: SyncTree, folder: string): boolean {
  for (const path of leftOut) if (path.startsWith(`${folder}/`)) return true;
  return false;
}

function holdsLinks({ entries }: SyncTree, folder: string): boolean {
  for (const entry of entries.values()) {
    if (!isMovable(entry) && entry.path.startsWith(`${folder}/`)) return true;
  }
  return false;
}

function hasAncestorIn(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.size === 0) return false;
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    if (folders.has(path.slice(0, at))) return true;
  }
  return false;
}
