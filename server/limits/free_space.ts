import type { RoomCells } from "./room_cells.ts";

/** Looks at what the disk has free, while a reserve is asked for. Belongs to the main thread. */
export class FreeSpace {
  readonly #root: string;
  readonly #room: RoomCells;
  #isLooking = false;

  /**
   * @param root Real path of root.
   * @param room Where the result goes.
   */
  constructor(root: string, room: RoomCells) {
    this.#root = root;
    this.#room = room;
  }

  /**
   * Looks once.
   *
   * @throws {RangeError} Where the system does not tell, or this program may not ask.
   */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      // Loaded here: most servers keep no reserve, and need not pay for it.
      const { statfs } = await import("node:fs/promises");
      // What anybody may use, not what is kept for root.
      const { bavail, bsize } = await statfs(this.#root);
      this.#room.freeBytes = bavail * bsize;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new RangeError(`Cannot keep a reserve: the free space is not known: ${why}`, { cause });
    } finally {
      this.#isLooking = false;
    }
  }
}
