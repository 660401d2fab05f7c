import { join, sep as SEPARATOR } from "node:path";
import { SluiceError } from "#protocol/sluice_error.ts";
import { localError, locally } from "../local_errors.ts";

/** Names of the folders that downloads wait in; nothing else may be called so. */
const NAME = /^\.sluice-incoming-\d{1,3}\.part$/;
const LOCK_NAME = "lock";
const LOCK_TEXT =
  "Files of a Sluice download that are not whole yet. The next download removes them.\n";
const MOST_FOLDERS = 100;

/** Whether a name is that of a folder that downloads wait in. */
export function isIncomingName(name: string): boolean {
  return NAME.test(name);
}

/**
 * A hidden folder that small files are written to until they are whole, verified and durable. It lies
 * in the target folder, so that a file gets its name by one step inside a file system. A process that
 * died leaves one behind; the next download takes it over.
 */
export class IncomingFolder implements AsyncDisposable {
  readonly path: string;
  readonly #lock: Deno.FsFile;
  #count = 0;
  /** Files that get their names together lie in a folder of their own, which then goes as a whole. */
  #batch: string | undefined;

  private constructor(path: string, lock: Deno.FsFile) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Makes one, or takes one over that a dead process left.
   *
   * @param parent The target folder.
   * @returns To be disposed of after use.
   */
  static async open(parent: string): Promise<IncomingFolder> {
    return await locally(`write into "${parent}"`, async () => {
      for (let number = 1; number < MOST_FOLDERS; number++) {
        const path = join(parent, `.sluice-incoming-${number}.part`);
        const lock = await makeNew(path) ?? await takeOver(path);
        if (lock !== undefined) return new IncomingFolder(path, lock);
      }
      const message = `Cannot download into "${parent}": too many downloads write there`;
      throw new SluiceError("busy", message);
    });
  }

  /**
   * Writes one file.
   *
   * @param bytes All of it.
   * @param modifiedAtMs When it was changed last.
   * @returns Its path for now.
   */
  write(bytes: Uint8Array, modifiedAtMs: number): string {
    this.#batch ??= this.#makeBatch();
    const path = `${this.#batch}${SEPARATOR}${this.#count++}`;
    try {
      using file = Deno.openSync(path, { write: true, createNew: true });
      for (let at = 0; at < bytes.byteLength;) at += file.writeSync(bytes.subarray(at));
      setTime(file, modifiedAtMs);
      return path;
    } catch (error) {
      throw localError(`write "${path}"`, error);
    }
  }

  /**
   * Ends a batch: what is written from now on belongs to the next one.
   *
   * @returns Removes the temporary names of its files, once they are not needed any more.
   */
  endBatch(): () => Promise<void> {
    const batch = this.#batch;
    this.#batch = undefined;
    return async () => {
      if (batch !== undefined) await remove(batch);
    };
  }

  #makeBatch(): string {
    const path = join(this.path, String(this.#count++));
    try {
      Deno.mkdirSync(path);
    } catch (error) {
      throw localError(`create folder "${path}"`, error);
    }
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await remove(this.path);
    } finally {
      this.#lock.close();
    }
  }
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch {
    // The next download into the target folder removes what is left.
  }
}

function setTime(file: Deno.FsFile, modifiedAtMs: number): void {
  try {
    file.utimeSync(new Date(), new Date(modifiedAtMs));
  } catch {
    // A time that the file system cannot hold is no reason to lose the bytes.
  }
}

async function makeNew(path: string): Promise<Deno.FsFile | undefined> {
  try {
    await Deno.mkdir(path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
  const lockPath = join(path, LOCK_NAME);
  const lock = await Deno.open(lockPath, { write: true, createNew: true });
  try {
    await lock.lock(true);
    await lock.write(new TextEncoder().encode(LOCK_TEXT));
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Only a folder with our lock in it, which nobody holds, is taken; and only our files are removed. */
async function takeOver(path: string): Promise<Deno.FsFile | undefined> {
  const lock = await openLock(path);
  if (lock === undefined) return undefined;
  try {
    if (await lock.tryLock(true) && await isStillThere(path, lock)) {
      for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
        const isOurs = (isFile || isDirectory) && /^\d+$/.test(name);
        if (isOurs) await Deno.remove(join(path, name), { recursive: true });
      }
      return lock;
    }
  } catch (error) {
    lock.close();
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  lock.close();
  return undefined;
}

async function openLock(path: string): Promise<Deno.FsFile | undefined> {
  try {
    const lockPath = join(path, LOCK_NAME);
    if (!(await Deno.lstat(path)).isDirectory || !(await Deno.lstat(lockPath)).isFile) {
      return undefined;
    }
    if (await Deno.readTextFile(lockPath) !== LOCK_TEXT) return undefined;
    return await Deno.open(lockPath, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function isStillThere(path: string, lock: Deno.FsFile): Promise<boolean> {
  const [held, named] = [await lock.stat(), await Deno.lstat(join(path, LOCK_NAME))];
  return held.ino === named.ino && held.dev === named.dev;
}
