import { remoteParent, type RemotePath, ROOT_PATH } from "#protocol/remote_path.ts";
import { join } from "./local_path.ts";
import type { RestoreResult, TrashEntry } from "#protocol/replies.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { inTurns } from "../in_turns.ts";
import type { NamespaceLock } from "./namespace_lock.ts";
import { osCode, withOsErrors } from "./os_error.ts";
import { placeEntry } from "./place_entry.ts";
import type { RootFolder } from "./root_folder.ts";
import { innerPath, outerPath } from "./subtree.ts";
import {
  ENTRY,
  GONE,
  isTrashId,
  lstatIfThere,
  newTrashId,
  readTrashEntry,
  writeTrashRecord,
} from "./trash_record.ts";

/** A page of the trash ends when its JSON passes about this many bytes. */
const PAGE_BYTES = 256 * 1024;

/**
 * Deleted entries, each in a folder of its own in the state folder: `ID/info.json` and `ID/entry`. Each
 * step of a life is one rename, so a kill between two of them leaves the entry in root or in the trash,
 * whole; a folder without an entry is nothing, and goes with the next sweep.
 */
export class Trash {
  /** Path of the folder of the trash. */
  readonly folder: string;
  readonly #root: RootFolder;
  readonly #lock: NamespaceLock;

  readonly #base: RemotePath;

  /**
   * @param root Root, or a folder that looks like it.
   * @param lock The namespace lock.
   * @param base Where that folder is in the real root: nothing that was outside of it is seen.
   */
  constructor(root: RootFolder, lock: NamespaceLock, base: RemotePath = ROOT_PATH) {
    this.#root = root;
    this.#lock = lock;
    this.#base = base;
    this.folder = join(root.statePath, "trash");
  }

  /**
   * Moves an entry into the trash: one rename, whatever its size.
   *
   * @param path What to delete; a symbolic link is moved, not followed.
   * @param act For messages.
   * @returns Id of the entry in the trash.
   * @throws {SluiceError} `invalid_request` for root, `not_found`, `permission_denied`.
   */
  put(path: RemotePath, act: string): string {
    this.#requireThere(path, act);
    const id = newTrashId();
    const folder = join(this.folder, id);
    withOsErrors(act, () => Deno.mkdirSync(folder));
    try {
      // Written before the move: an entry without its record could not be restored.
      withOsErrors(act, () => writeTrashRecord(folder, outerPath(this.#base, path)));
      this.#move(path, join(folder, ENTRY), act);
    } catch (error) {
      Deno.removeSync(folder, { recursive: true });
      throw error;
    }
    return id;
  }

  /**
   * Removes an entry for good. It is out of sight at once, and nothing is written on the way, so that
   * this works on a full disk, too; then its bytes go, which may take a while for a large folder.
   *
   * @param path What to delete; a symbolic link is removed, not followed.
   * @param act For messages.
   * @throws {SluiceError} As {@linkcode Trash.put}.
   */
  async remove(path: RemotePath, act: string): Promise<void> {
    this.#requireThere(path, act);
    const gone = join(this.folder, newTrashId() + GONE);
    this.#move(path, gone, act);
    await removeAll(gone);
  }

  /**
   * Lists entries, newest first.
   *
   * @param after Id of the last entry of the previous page.
   * @param limit Most entries of the page.
   * @param signal Ends it early: there may be many others' entries to pass over.
   * @returns The page.
   */
  async list(
    after: string | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly entries: TrashEntry[]; readonly hasMore: boolean }> {
    const ids = this.ids().filter((id) => after === undefined || id < after);
    const entries: TrashEntry[] = [];
    let bytes = 0;
    for await (const id of inTurns(ids)) {
      signal.throwIfAborted();
      const entry = this.find(id);
      if (entry === undefined) continue;
      if (entries.length === limit || bytes > PAGE_BYTES) return { entries, hasMore: true };
      entries.push(entry);
      bytes += entry.path.length * 6 + 200;
    }
    return { entries, hasMore: false };
  }

  /** Ids of all that may be an entry, newest first. */
  ids(): string[] {
    const ids: string[] = [];
    for (const { name } of Deno.readDirSync(this.folder)) if (isTrashId(name)) ids.push(name);
    return ids.sort().reverse();
  }

  /** What is known of one entry; `undefined` when it is not there. */
  find(id: string): TrashEntry | undefined {
    const entry = isTrashId(id) ? readTrashEntry(this.folder, id) : undefined;
    const path = entry === undefined ? undefined : innerPath(this.#base, entry.path);
    // Without a name it is the folder itself, which was seen by others only.
    return entry === undefined || !path ? undefined : { ...entry, path };
  }

  /**
   * Moves an entry out of the trash, in one step.
   *
   * @param id The entry.
   * @param path Where to; missing parents are made.
   * @param policy What happens when the name is taken; a folder is never replaced.
   * @param act For messages.
   * @returns What became of it; `skipped` leaves it in the trash.
   * @throws {SluiceError} `not_found`, `already_exists`, `is_a_folder`, `invalid_request` for root.
   */
  restore(id: string, path: RemotePath, policy: ConflictPolicy, act: string): RestoreResult {
    if (path === "") throw new SluiceError("invalid_request", `Cannot ${act}: root is there`);
    const folder = join(this.folder, id);
    this.#root.makeFolders(remoteParent(path), act);
    const restored = this.#lock.hold(() => {
      const info = lstatIfThere(join(folder, ENTRY));
      if (info === undefined) {
        throw new SluiceError("not_found", `Cannot ${act}: it is not in the trash any more`);
      }
      return placeEntry(this.#root, { local: join(folder, ENTRY), info }, path, policy, act);
    });
    if (restored.outcome === "skipped") return restored;
    this.#root.syncFolder(remoteParent(restored.path));
    removeAllSync(folder);
    return restored;
  }

  /**
   * Removes an entry of the trash for good.
   *
   * @returns Whether it was there.
   */
  async discard(id: string): Promise<boolean> {
    if (!isTrashId(id)) return false;
    // One that is on its way in is not there yet.
    if (this.find(id) === undefined) return false;
    const gone = join(this.folder, id + GONE);
    try {
      // Out of sight in one step: what is half removed must not be restored.
      Deno.renameSync(join(this.folder, id), gone);
    } catch (error) {
      // Restored or removed by somebody else.
      if (osCode(error) === "ENOENT") return false;
      throw error;
    }
    await removeAll(gone);
    return true;
  }

  #requireThere(path: RemotePath, act: string): void {
    if (path === "") throw new SluiceError("invalid_request", `Cannot ${act}: root stays`);
    this.#root.stat(path, act);
  }

  #move(path: RemotePath, target: string, act: string): void {
    this.#lock.hold(() => {
      const from = this.#root.locate(path, act);
      withOsErrors(act, () => Deno.renameSync(from, target));
    });
    this.#root.syncFolder(remoteParent(path));
  }
}

/** Removes a file or folder of the state folder, which may be gone already. */
export async function removeAll(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    // Another server on the same root was faster.
    if (osCode(error) !== "ENOENT") throw error;
  }
}

function removeAllSync(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    // Somebody else emptied the trash in between.
    if (osCode(error) !== "ENOENT") throw error;
  }
}
