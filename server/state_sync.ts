import { join } from "node:path";
import { STATE_FOLDER } from "#protocol/limits.ts";

/** `sync -f` of GNU coreutils: makes a whole file system durable, syncfs(2). */
const PROGRAM = "sync";

/**
 * Makes all that was written to the file system of the state folder durable, for many connections at
 * once: who asks while a sync is under way shares the next one. An fsync of each small file would
 * take as long for one as this takes for thousands.
 */
export class StateSync {
  readonly #statePath: string;
  /** `undefined` until it has been tried. */
  #isUsable: boolean | undefined;
  #running: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;

  /** @param root Real path of root. */
  constructor(root: string) {
    this.#statePath = join(root, STATE_FOLDER);
  }

  /**
   * Waits until all that was written before the call is durable.
   *
   * @returns Whether it is; `false` where the system cannot, or this program may not.
   */
  async sync(): Promise<boolean> {
    this.#isUsable ??= await isPermitted();
    if (!this.#isUsable) return false;
    if (this.#running === undefined) return await this.#run();
    // The one under way may have begun before the caller's last byte.
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#run();
    });
    return await this.#next;
  }

  #run(): Promise<boolean> {
    this.#running = this.#spawn().finally(() => this.#running = undefined);
    return this.#running;
  }

  async #spawn(): Promise<boolean> {
    try {
      const command = new Deno.Command(PROGRAM, {
        args: ["-f", this.#statePath],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      });
      const { success } = await command.output();
      this.#isUsable = success;
      return success;
    } catch {
      // No such program here: the caller syncs each file.
      this.#isUsable = false;
      return false;
    }
  }
}

async function isPermitted(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  return (await Deno.permissions.query({ name: "run", command: PROGRAM })).state === "granted";
}
