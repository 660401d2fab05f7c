import { RoomCells } from "./room_cells.ts";

/** Bytes written since the start: by the id of the access token whose quota they count for, and by {@linkcode ALL}. */
export type WrittenBytes = Readonly<Record<string, number>>;

/** The key of what counts for the quota of the whole server. */
export const ALL = "";

/** Gives the memory of each quota that is counted now, by its key. */
export type RoomLookup = () => Iterable<readonly [key: string, room: SharedArrayBuffer]>;

/**
 * Lets a process know what the other processes of its server write, so that quotas hold for all of them together,
 * but for what is written within half a second.
 */
export class SharedRooms {
  readonly #rooms: RoomLookup;
  /** What the others had written when it was last noted here. */
  readonly #noted = new Map<string, number>();

  /** @param rooms Where the counts of this process are. */
  constructor(rooms: RoomLookup) {
    this.#rooms = rooms;
  }

  /** What this process has written. */
  get written(): WrittenBytes {
    const written: Record<string, number> = {};
    for (const [key, room] of this.#rooms()) {
      const { writtenBytes } = new RoomCells(room);
      if (writtenBytes > 0) written[key] = writtenBytes;
    }
    return written;
  }

  /**
   * Notes what all other processes together have written.
   *
   * @param others Sums that only grow.
   */
  note(others: WrittenBytes): void {
    for (const [key, room] of this.#rooms()) {
      const bytes = others[key] ?? 0;
      const before = this.#noted.get(key);
      this.#noted.set(key, bytes);
      // What was written before this process looked at all is on the disk, and found there.
      if (before !== undefined && bytes > before) new RoomCells(room).addByOthers(bytes - before);
    }
  }
}

/**
 * Adds up what processes have written.
 *
 * @param all Of each process.
 */
export function addWritten(all: readonly WrittenBytes[]): WrittenBytes {
  const sums: Record<string, number> = {};
  for (const written of all) {
    for (const [key, bytes] of Object.entries(written)) sums[key] = (sums[key] ?? 0) + bytes;
  }
  return sums;
}
