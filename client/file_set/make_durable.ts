import { localError } from "../local_errors.ts";
import { syncFolder } from "../sync_folder.ts";

/** Files that are synced at the same time where the whole file system cannot be. */
const SYNCS_AT_ONCE = 16;
/** Folders from which on one sync of the whole file system is cheaper. */
const MANY_FOLDERS = 16;

/**
 * Makes the bytes of many new files survive a power cut: by one `sync -f`, which is syncfs(2), where
 * that may be run, else by an fsync of each.
 *
 * @param folder Where they are.
 * @param paths The files.
 * @throws {SluiceError} `disk_full` and others: none of the files may be published then.
 */
export async function syncFiles(folder: string, paths: readonly string[]): Promise<void> {
  if (paths.length > 1 && await syncFileSystem(folder)) return;
  await inParallel(paths, async (path) => {
    try {
      using file = await Deno.open(path, { read: true, write: true });
      await file.sync();
    } catch (error) {
      throw localError(`write "${path}"`, error);
    }
  });
}

/**
 * Makes changes of names survive a power cut.
 *
 * @param folders Folders in which names have changed; all on one file system.
 */
export async function syncFolders(folders: readonly string[]): Promise<void> {
  const [first] = folders;
  if (first === undefined) return;
  if (folders.length >= MANY_FOLDERS && await syncFileSystem(first)) return;
  await inParallel(folders, syncFolder);
}

/** Says whether it was done. */
async function syncFileSystem(folder: string): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  try {
    const { state } = await Deno.permissions.query({ name: "run", command: "sync" });
    if (state !== "granted") return false;
    const { success } = await new Deno.Command("sync", {
      args: ["-f", "--", folder],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false; // No such program, or one that may not run: each file is synced then.
  }
}

async function inParallel(
  items: readonly string[],
  work: (item: string) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const lanes = Array.from({ length: SYNCS_AT_ONCE }, async () => {
    for (const item of rest) await work(item);
  });
  await Promise.all(lanes);
}
