import { sleep } from "#protocol/sleep.ts";
import { osCode } from "../storage/os_error.ts";
import type { RoomCells } from "./room_cells.ts";

/** Entries that are looked at between two looks at messages. */
const TURN_ENTRIES = 500;

/**
 * Counts the bytes of all files below root, the state folder included, and notes them. Nothing happens
 * while another worker is at it.
 *
 * @param root Real path of root.
 * @param room Where the result goes.
 */
export async function measureRoot(root: string, room: RoomCells): Promise<void> {
  if (!room.beginMeasuring()) return;
  const startedMs = performance.now();
  const writtenBefore = room.writtenBytes;
  try {
    const found = await countBytes(root, () => room.keepMeasuring());
    // What was written meanwhile may have been seen or not: too much is counted rather than too little.
    const usedBytes = found + room.writtenBytes - writtenBefore;
    room.endMeasuring({ usedBytes, tookMs: performance.now() - startedMs });
  } catch (error) {
    room.endMeasuring();
    throw error;
  }
}

async function countBytes(root: string, onTurn: () => void): Promise<number> {
  const pending = [root];
  let bytes = 0;
  let seen = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of readFolderIfThere(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) pending.push(path);
      else if (entry.isFile) bytes += sizeIfThere(path);
      if (++seen % TURN_ENTRIES !== 0) continue;
      onTurn();
      await sleep(0);
    }
  }
  return bytes;
}

function readFolderIfThere(path: string): Deno.DirEntry[] {
  return ifThere(() => [...Deno.readDirSync(path)]) ?? [];
}

function sizeIfThere(path: string): number {
  return ifThere(() => Deno.lstatSync(path).size) ?? 0;
}

/** What others remove meanwhile, or keep for themselves, is not counted. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const code = osCode(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES" || code === "ELOOP") return;
    throw error;
  }
}
