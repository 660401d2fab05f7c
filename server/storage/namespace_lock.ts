import { join } from "./local_path.ts";

/**
 * Orders changes of names among all workers, and all processes that serve one root: publish, rename,
 * delete and mkdir each look and act under this lock (flock(2)), so that no two of them mix.
 * It is held for a few system calls, never across a wait.
 */
export class NamespaceLock implements Disposable {
  readonly #file: Deno.FsFile;

  /** @param statePath Path of the state folder. */
  constructor(statePath: string) {
    this.#file = Deno.openSync(join(statePath, "lock"), { create: true, write: true });
  }

  /**
   * Runs `change` while nobody else changes a name.
   *
   * @param change Synchronous, short.
   * @returns What `change` returns.
   */
  hold<T>(change: () => T): T {
    this.#file.lockSync(true);
    try {
      return change();
    } finally {
      this.#file.unlockSync();
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
