import { join } from "node:path";
import { withOsErrors } from "./os_error.ts";

/**
 * Orders changes of names among all workers, and all processes that serve one root: publish, rename,
 * delete and mkdir each look and act under this lock (flock(2)), so that no two of them mix.
 * It is held for a few system calls, never across a wait.
 */
export class NamespaceLock implements Disposable {
  readonly #path: string;
  /** Opened on first use: a disk that cannot be written to can still be read from. */
  #file: Deno.FsFile | undefined;

  /** @param statePath Path of the state folder. */
  constructor(statePath: string) {
    this.#path = join(statePath, "lock");
  }

  /**
   * Runs `change` while nobody else changes a name.
   *
   * @param change Synchronous, short.
   * @returns What `change` returns.
   * @throws {SluiceError} `permission_denied` on a read-only disk, `busy` without descriptors.
   */
  hold<T>(change: () => T): T {
    const file = this.#file ??= withOsErrors(
      "change a name",
      () => Deno.openSync(this.#path, { create: true, write: true }),
    );
    file.lockSync(true);
    try {
      return change();
    } finally {
      file.unlockSync();
    }
  }

  [Symbol.dispose](): void {
    this.#file?.close();
  }
}
