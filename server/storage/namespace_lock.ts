import { SluiceError } from "#protocol/sluice_error.ts";
import { join } from "./local_path.ts";
import { withOsErrors } from "./os_error.ts";

/** Between two looks at a lock that another machine holds. */
const POLL_MS = 1;
/** What {@linkcode Atomics.wait} sleeps on. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * Orders changes of names among all workers, all processes that serve one root, and all machines where the
 * file system passes flock(2) on: publish, rename, delete and mkdir each look and act under this lock, so
 * that no two of them mix. It is held for a few system calls, never across a wait.
 */
export class NamespaceLock implements Disposable {
  readonly #path: string;
  /** Opened on first use: a disk that cannot be written to can still be read from. */
  #file: Deno.FsFile | undefined;
  readonly #timeoutMs: number;

  /**
   * @param statePath Path of the state folder.
   * @param timeoutMs Longest wait for others. On one machine the system never leaves the lock with a process
   * that has ended, and waiting inside the system is cheapest; a machine that died may keep it for a while.
   */
  constructor(statePath: string, timeoutMs: number = Infinity) {
    this.#timeoutMs = timeoutMs;
    this.#path = join(statePath, "lock");
  }

  /**
   * Runs `change` while nobody else changes a name.
   *
   * @param change Synchronous, short.
   * @returns What `change` returns.
   * @throws {SluiceError} `busy` when others hold the lock for too long, or without descriptors;
   * `permission_denied` on a read-only disk.
   */
  hold<T>(change: () => T): T {
    const file = this.#file ??= withOsErrors(
      "change a name",
      () => Deno.openSync(this.#path, { create: true, write: true }),
    );
    this.#lock(file);
    try {
      return change();
    } finally {
      file.unlockSync();
    }
  }

  [Symbol.dispose](): void {
    this.#file?.close();
  }

  #lock(file: Deno.FsFile): void {
    if (this.#timeoutMs === Infinity) return file.lockSync(true);
    const deadlineMs = performance.now() + this.#timeoutMs;
    while (!file.tryLockSync(true)) {
      if (performance.now() > deadlineMs) {
        const why = "another server of this folder holds its lock; try again later";
        throw new SluiceError("busy", `Cannot change a name now: ${why}`);
      }
      Atomics.wait(NEVER, 0, 0, POLL_MS);
    }
  }
}
