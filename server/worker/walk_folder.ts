import { joinRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { nextTurn } from "../next_turn.ts";
import type { RootFolder } from "../storage/root_folder.ts";

/** Synchronous work between two looks at messages. */
const TURN_MS = 10;

/** An entry that a walk has come to. */
export interface WalkedEntry {
  readonly path: RemotePath;
  readonly entry: Deno.DirEntry;
}

/**
 * Goes through all that lies below a folder, a folder before what it holds. Symbolic links are given,
 * not followed; names that no client could ask for are left out; folders that vanish or cannot be read
 * on the way are passed over.
 *
 * @param root Root; what it remembers of folders is forgotten at each turn.
 * @param folder Where to begin.
 * @param act For messages.
 * @param signal Ends the walk.
 * @throws {SluiceError} `not_found` or `not_a_folder` about `folder` itself.
 */
export async function* walkFolder(
  root: RootFolder,
  folder: RemotePath,
  act: string,
  signal: AbortSignal,
): AsyncGenerator<WalkedEntry> {
  let turnEndsMs = performance.now() + TURN_MS;
  const pending: RemotePath[] = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const entries = readEntries(root, current, act, current === folder);
    const folders: RemotePath[] = [];
    for (const entry of entries) {
      const path = pathOf(current, entry.name);
      if (path === undefined) continue;
      if (entry.isDirectory) folders.push(path);
      yield { path, entry };
      if (performance.now() < turnEndsMs) continue;
      await nextTurn();
      signal.throwIfAborted();
      turnEndsMs = performance.now() + TURN_MS;
      root.forgetFolders();
    }
    pending.push(...folders.reverse());
  }
}

function readEntries(
  root: RootFolder,
  folder: RemotePath,
  act: string,
  isFirst: boolean,
): readonly Deno.DirEntry[] {
  try {
    return [...root.readFolder(folder, act)].sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isFirst || !(error instanceof SluiceError)) throw error;
    return [];
  }
}

function pathOf(folder: RemotePath, name: string): RemotePath | undefined {
  try {
    return joinRemotePath(folder, name);
  } catch (error) {
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
}
