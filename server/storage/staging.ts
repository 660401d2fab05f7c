import { join } from "./local_path.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import type { FileVersion } from "./digest_store.ts";
import { versionOf } from "./file_version.ts";
import { osCode } from "./os_error.ts";
import { ownedPrefix } from "./owned_name.ts";
import { writeFully } from "./read_fully.ts";

/** Held with flock(2) while somebody uses the batch; what nobody holds is left over from a kill. */
const LOCK = "lock";
/** To hash a smaller file anew costs no more than to keep its digest and look it up. */
const LEAST_KEPT_BYTES = 64 * 1024;
/** A batch without a lock that is younger may be on its way to get one. */
const SETTLED_MS = 60_000;

/** A small upload, verified and written, that waits for its name. */
export interface StagedUpload {
  readonly path: RemotePath;
  readonly onConflict: ConflictPolicy;
  /** Where its bytes are. */
  readonly temp: string;
  readonly sizeBytes: number;
  /** Known when its digest will be kept. */
  readonly version: FileVersion | undefined;
  readonly digest: string;
}

/** Uploads of one connection that are to be published together, in a folder of the state folder. */
export class StagingBatch implements Disposable {
  readonly uploads: StagedUpload[] = [];
  /** Folders that are known to be there. */
  readonly folders = new Set<RemotePath>();
  readonly #folder: string;
  readonly #lock: Deno.FsFile;

  /**
   * @param statePath Path of the state folder.
   * @param owner Id of the access token whose uploads these are.
   */
  constructor(statePath: string, owner?: string) {
    for (;;) {
      const folder = join(statePath, "staged", ownedPrefix(owner) + crypto.randomUUID());
      const lock = openLocked(folder);
      if (lock === undefined) continue;
      this.#folder = folder;
      this.#lock = lock;
      return;
    }
  }

  /**
   * Writes a file, which is not durable yet.
   *
   * @param bytes Its content, verified.
   * @param modifiedAtMs Its modification time; now when left out.
   * @returns Where it is, and what is known of it.
   */
  write(
    bytes: Uint8Array,
    modifiedAtMs: number | undefined,
  ): Pick<StagedUpload, "temp" | "sizeBytes" | "version"> {
    const temp = join(this.#folder, String(this.uploads.length));
    {
      using file = Deno.openSync(temp, { create: true, truncate: true, write: true });
      writeFully(file, bytes);
      if (modifiedAtMs !== undefined) file.utimeSync(new Date(), new Date(modifiedAtMs));
    }
    const sizeBytes = bytes.byteLength;
    // By its name: asked of the open file, the sandbox looks up all folders above it again.
    const version = sizeBytes >= LEAST_KEPT_BYTES ? versionOf(Deno.lstatSync(temp)) : undefined;
    return { temp, sizeBytes, version };
  }

  /** Removes what was not published. */
  [Symbol.dispose](): void {
    this.#lock.close();
    removeIfThere(this.#folder);
  }
}

/** Makes the folder of a batch; `undefined` when a sweep took it for left over before it was locked. */
function openLocked(folder: string): Deno.FsFile | undefined {
  Deno.mkdirSync(folder);
  const path = join(folder, LOCK);
  const lock = Deno.openSync(path, { createNew: true, write: true });
  lock.lockSync(true);
  try {
    Deno.lstatSync(path);
    return lock;
  } catch (error) {
    lock.close();
    if (osCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Removes the batches that a kill has left behind.
 *
 * @param statePath Path of the state folder.
 * @returns How many.
 */
export function sweepStaging(statePath: string): number {
  const staged = join(statePath, "staged");
  let count = 0;
  for (const { name } of Deno.readDirSync(staged)) {
    const folder = join(staged, name);
    if (isInUse(folder)) continue;
    removeIfThere(folder);
    count++;
  }
  return count;
}

function isInUse(folder: string): boolean {
  try {
    using lock = Deno.openSync(join(folder, LOCK), { write: true });
    return !lock.tryLockSync(true);
  } catch (error) {
    if (osCode(error) !== "ENOENT") throw error;
  }
  try {
    const { mtime } = Deno.lstatSync(folder);
    return Date.now() - (mtime?.getTime() ?? 0) < SETTLED_MS;
  } catch (error) {
    // Its owner has removed it.
    if (osCode(error) !== "ENOENT") throw error;
    return true;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (osCode(error) !== "ENOENT") throw error;
  }
}
