import { join } from "node:path";
import type { RemotePath } from "#protocol/remote_path.ts";
import { remoteParent } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { NamespaceLock } from "./namespace_lock.ts";
import { withOsErrors } from "./os_error.ts";
import { kindOf, type RootFolder } from "./root_folder.ts";

/** Name of the deleted entry in its folder of the trash. */
const ENTRY = "entry";
/** Name of the record beside it. */
const INFO = "info.json";

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
    if (path === "") throw new SluiceError("invalid_request", `Cannot ${act}: root stays`);
    const id = crypto.randomUUID();
    const folder = join(this.#folder, id);
    const info = this.#root.stat(path, act);
    withOsErrors(act, () => {
      Deno.mkdirSync(folder);
      // Written before the move: an entry without its record could not be restored.
      const record = { path, kind: kindOf(info), sizeBytes: info.size, deletedAtMs: Date.now() };
      Deno.writeTextFileSync(join(folder, INFO), JSON.stringify(record));
    });
    try {
      this.#lock.hold(() => {
        const from = this.#root.locate(path, act);
        withOsErrors(act, () => Deno.renameSync(from, join(folder, ENTRY)));
      });
    } catch (error) {
      Deno.removeSync(folder, { recursive: true });
      throw error;
    }
    this.#root.syncFolder(remoteParent(path));
    return id;
  }

  /** Removes one entry of the trash for good. */
  async remove(id: string): Promise<void> {
    await Deno.remove(join(this.#folder, id), { recursive: true });
  }

  /**
   * Removes what was deleted long ago.
   *
   * @param keepMs How long entries stay.
   * @returns How many were removed.
   */
  async expire(keepMs: number): Promise<number> {
    let count = 0;
    for await (const entry of Deno.readDir(this.#folder)) {
      // The folder was made, and its clock stopped, when the entry moved in.
      const info = await Deno.lstat(join(this.#folder, entry.name));
      if (Date.now() - (info.mtime?.getTime() ?? 0) < keepMs) continue;
      await this.remove(entry.name);
      count++;
    }
    return count;
  }
}
