import { join } from "node:path";
import { locally } from "#client/local_errors.ts";
import { throwIfAborted } from "#client/abort.ts";
import { sleep } from "#protocol/sleep.ts";
import type { PaneEntry } from "../model/pane.ts";

/** Entries are looked at synchronously, which costs a tenth, but never longer than this at a time. */
const SLICE_MS = 8;

/**
 * Reads a local folder. Symbolic links are shown as such; one that the folder itself is, is followed.
 *
 * @param folder Its path.
 * @param signal Ends it.
 * @returns All entries, in no order.
 * @throws {SluiceError} `not_found`, `permission_denied` and others.
 */
export async function readLocalFolder(
  folder: string,
  signal: AbortSignal,
): Promise<readonly PaneEntry[]> {
  const act = `read folder "${folder}"`;
  return await locally(act, async () => {
    const found = await Array.fromAsync(Deno.readDir(folder));
    const entries: PaneEntry[] = [];
    let sliceEndMs = performance.now() + SLICE_MS;
    for (const entry of found) {
      if (performance.now() > sliceEndMs) {
        await sleep(0);
        throwIfAborted(signal, act);
        sliceEndMs = performance.now() + SLICE_MS;
      }
      const described = describe(folder, entry);
      if (described !== undefined) entries.push(described);
    }
    return entries;
  });
}

function describe(folder: string, entry: Deno.DirEntry): PaneEntry | undefined {
  const { name } = entry;
  try {
    const info = Deno.lstatSync(join(folder, name));
    const sizeBytes = info.isFile ? info.size : 0;
    return { name, kind: kindOf(info), sizeBytes, modifiedAtMs: info.mtime?.getTime() ?? 0 };
  } catch (error) {
    // Gone since the folder was read.
    if (error instanceof Deno.errors.NotFound) return undefined;
    return { name, kind: kindOf(entry), sizeBytes: 0, modifiedAtMs: 0 };
  }
}

function kindOf(
  info: { readonly isFile: boolean; readonly isDirectory: boolean; readonly isSymlink: boolean },
): PaneEntry["kind"] {
  if (info.isSymlink) return "symlink";
  if (info.isDirectory) return "folder";
  return info.isFile ? "file" : "other";
}
