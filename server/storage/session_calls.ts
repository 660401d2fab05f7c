import { join } from "./local_path.ts";
import { osCode } from "./os_error.ts";

/** Ends the name of a call. */
const CALL = ".call";
/** A call that nobody has answered for so long was for somebody who is gone. */
const KEEP_MS = 60_000;

/**
 * Calls for upload sessions among processes, which share nothing but the disk: who wants to go on with an
 * upload that another process holds leaves an empty file beside it, and the holder looks for one now
 * and then.
 */
export class SessionCalls {
  readonly #folder: string;

  /** @param statePath Path of the state folder. */
  constructor(statePath: string) {
    this.#folder = join(statePath, "uploads");
  }

  /**
   * Asks whoever holds a session to let go of it.
   *
   * @param session A session that exists; never a peer's unchecked text.
   */
  call(session: string): void {
    try {
      Deno.openSync(this.#pathOf(session), { create: true, write: true }).close();
    } catch {
      // A full disk, say: the holder is not asked, and the wait for it ends with `session_taken`.
    }
  }

  /**
   * Takes a call, if there is one.
   *
   * @returns Whether there was.
   */
  take(session: string): boolean {
    const path = this.#pathOf(session);
    // Looked at first: a name that is not there costs less to look up than to remove.
    return modifiedAtMs(path) !== undefined && remove(path);
  }

  /** Removes calls that nobody has answered. */
  expire(): void {
    for (const { name } of Deno.readDirSync(this.#folder)) {
      if (!name.endsWith(CALL)) continue;
      const path = join(this.#folder, name);
      const atMs = modifiedAtMs(path);
      if (atMs !== undefined && Date.now() - atMs > KEEP_MS) remove(path);
    }
  }

  #pathOf(session: string): string {
    return join(this.#folder, session + CALL);
  }
}

function modifiedAtMs(path: string): number | undefined {
  try {
    return Deno.lstatSync(path).mtime?.getTime() ?? 0;
  } catch (error) {
    if (osCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Says whether it was there. */
function remove(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (osCode(error) === "ENOENT") return false;
    throw error;
  }
}
