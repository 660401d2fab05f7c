import { join } from "node:path";
import type { RemotePath } from "#protocol/remote_path.ts";
import { remoteParent } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { NamespaceLock } from "./namespace_lock.ts";
import { osCode, withOsErrors } from "./os_error.ts";
import { kindOf, type RootFolder } from "./root_folder.ts";

/** Name of the deleted entry in its folder of the trash. */
const ENTRY = "entry";
/** Name of the record beside it. */
const INFO = "info.json";
/** Ends the name of what is being removed for good. */
const GONE = ".gone";

/** Deleted entries, each in a folder of its own in the state folder. */
export class Trash {
  readonly #root: RootFolder;
  readonly #lock: NamespaceLock;
  readonly #folder: string;

  constructor(root: RootFolder, lock: NamespaceLock) {
    this.#root = root;
    this.#lock = lock;
    this.#folder = join(root.statePath, "trash");
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
    const info = this.#stat(path, act);
    const id = crypto.randomUUID();
    const folder = join(this.#folder, id);
    withOsErrors(act, () => Deno.mkdirSync(folder));
    try {
      // Written before the move: an entry without its record could not be restored.
      const record = { path, kind: kindOf(info), sizeBytes: info.size, deletedAtMs: Date.now() };
      withOsErrors(act, () => Deno.writeTextFileSync(join(folder, INFO), JSON.stringify(record)));
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
    this.#stat(path, act);
    const gone = join(this.#folder, crypto.randomUUID() + GONE);
    this.#move(path, gone, act);
    await removeAll(gone);
  }

  /**
   * Removes what was deleted long ago.
   *
   * @param keepMs How long entries stay.
   * @returns How many were removed.
   */
  async expire(keepMs: number): Promise<number> {
    let count = 0;
    for await (const { name } of Deno.readDir(this.#folder)) {
      const path = join(this.#folder, name);
      if (!name.endsWith(GONE) && !await isOlder(path, keepMs)) continue;
      await removeAll(path);
      count++;
    }
    return count;
  }

  #stat(path: RemotePath, act: string): Deno.FileInfo {
    if (path === "") throw new SluiceError("invalid_request", `Cannot ${act}: root stays`);
    return this.#root.stat(path, act);
  }

  #move(path: RemotePath, target: string, act: string): void {
    this.#lock.hold(() => {
      const from = this.#root.locate(path, act);
      withOsErrors(act, () => Deno.renameSync(from, target));
    });
    this.#root.syncFolder(remoteParent(path));
  }
}

/** Whether a folder of the trash, whose clock stopped when the entry moved in, is that old. */
async function isOlder(path: string, ageMs: number): Promise<boolean> {
  try {
    const { mtime } = await Deno.lstat(path);
    return Date.now() - (mtime?.getTime() ?? 0) >= ageMs;
  } catch (error) {
    // Another server on the same root was faster.
    if (osCode(error) === "ENOENT") return false;
    throw error;
  }
}

async function removeAll(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    // Another server on the same root was faster.
    if (osCode(error) !== "ENOENT") throw error;
  }
}
