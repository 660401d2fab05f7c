import { SluiceError } from "#protocol/sluice_error.ts";
import { join } from "./local_path.ts";

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
  readonly #file: Deno.FsFile;

  readonly #timeoutMs: number;

  /**
   * @param statePath Path of the state folder.
   * @param timeoutMs Longest wait for others. On one machine the system never leaves the lock with a process
   * that has ended, and waiting inside the system is cheapest; a machine that died may keep it for a while.
   */
  constructor(statePath: string, timeoutMs: number = Infinity) {
    this.#timeoutMs = timeoutMs;
    this.#file = Deno.openSync(join(statePath, "lock"), { create: true, write: true });
  }

  /**
   * Runs `change` while nobody else changes a name.
   *
   * @param change Synchronous, short.
   * @returns What `change` returns.
   * @throws {SluiceError} `busy` when others hold the lock for too long.
   */
  hold<T>(change: () => T): T {
    this.#lock();
    try {
      return change();
    } finally {
      this.#file.unlockSync();
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #lock(): void {
    if (this.#timeoutMs === Infinity) return this.#file.lockSync(true);
    const deadlineMs = performance.now() + this.#timeoutMs;
    while (!this.#file.tryLockSync(true)) {
      if (performance.now() > deadlineMs) {
        const why = "another server of this folder holds its lock; try again later";
        throw new SluiceError("busy", `Cannot change a name now: ${why}`);
      }
      Atomics.wait(NEVER, 0, 0, POLL_MS);
    }
  }
}
