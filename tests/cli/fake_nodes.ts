import type { Entry, FoundEntry } from "#protocol/replies.ts";
import type { TransferResult } from "#client/types.ts";

/** Something on the fake server: a file's size, or a folder's entries by their names. */
export type FakeNode = number | FakeFolder | "symlink";
/** Entries by their names. */
export interface FakeFolder {
  [name: string]: FakeNode;
}

/** Gives all that is below a folder, each folder before what it holds. */
export function* entriesBelow(path: string, folder: FakeFolder): Generator<FoundEntry, void, void> {
  for (const name of Object.keys(folder).sort()) {
    const node = folder[name] ?? 0;
    const below = path === "" ? name : `${path}/${name}`;
    yield { path: below, ...describe(node) };
    if (typeof node === "object") yield* entriesBelow(below, node);
  }
}

/** What a list says of a node. */
export function describe(node: FakeNode): Pick<Entry, "kind" | "sizeBytes" | "modifiedAtMs"> {
  const modifiedAtMs = Date.UTC(2026, 0, 2, 3, 4);
  if (node === "symlink") return { kind: "symlink", sizeBytes: 0, modifiedAtMs };
  return typeof node === "number"
    ? { kind: "file", sizeBytes: node, modifiedAtMs }
    : { kind: "folder", sizeBytes: 0, modifiedAtMs };
}

/** A transfer that went well. */
export function transferResult(
  direction: "upload" | "download",
  localPath: string,
  remotePath: string,
  sizeBytes: number,
): TransferResult {
  return {
    direction,
    outcome: "created",
    localPath,
    remotePath,
    sizeBytes,
    digest: "xxh128:00",
    seconds: 0.01,
    resumedFromBytes: 0,
  };
}
