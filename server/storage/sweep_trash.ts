import { inTurns } from "../in_turns.ts";
import { nextTurn } from "../next_turn.ts";
import { join } from "./local_path.ts";
import { osCode } from "./os_error.ts";
import { removeAll, type Trash } from "./trash.ts";
import { ENTRY, GONE, lstatIfThere } from "./trash_record.ts";

/** A folder without an entry that is younger may be on its way to get one. */
const SETTLED_MS = 60_000;
/** Name of the note of an entry's size, which takes long to find out. */
const SIZE = "size";
/** Entries that are looked at between two looks at messages. */
const TURN_ENTRIES = 500;

/** How long the trash keeps what. */
export interface TrashLimits {
  /** How long entries stay, in ms. */
  readonly keepMs: number;
  /** Bytes that all of them may take; the oldest go first. 0 for no limit. */
  readonly keepBytes: number;
}

/**
 * Removes what was deleted long ago, what is too much, and what a kill has left behind.
 *
 * @param trash The trash.
 * @param limits What stays.
 * @returns How many entries were removed.
 */
export async function sweepTrash(trash: Trash, limits: TrashLimits): Promise<number> {
  for (const { name } of Deno.readDirSync(trash.folder)) {
    if (name.endsWith(GONE)) await removeAll(join(trash.folder, name));
  }
  let count = 0;
  let total = 0;
  for await (const id of inTurns(trash.ids())) {
    const entry = trash.find(id);
    if (entry === undefined) {
      await removeEmpty(join(trash.folder, id));
      continue;
    }
    if (limits.keepBytes > 0) total += await sizeOf(join(trash.folder, id));
    const isTooMuch = limits.keepBytes > 0 && total > limits.keepBytes;
    const isTooOld = Date.now() - entry.deletedAtMs >= limits.keepMs;
    if ((isTooMuch || isTooOld) && await trash.discard(id)) count++;
  }
  return count;
}

async function removeEmpty(folder: string): Promise<void> {
  const info = lstatIfThere(folder);
  if (info === undefined || Date.now() - (info.mtime?.getTime() ?? 0) < SETTLED_MS) return;
  await removeAll(folder);
}

/** Bytes of all files of an entry; counted once, then noted beside it. */
async function sizeOf(folder: string): Promise<number> {
  const info = lstatIfThere(join(folder, ENTRY));
  if (!info?.isDirectory) return info?.size ?? 0;
  const note = join(folder, SIZE);
  try {
    return Number(Deno.readTextFileSync(note)) || 0;
  } catch (error) {
    if (osCode(error) !== "ENOENT") throw error;
  }
  const bytes = await countBytes(join(folder, ENTRY));
  if (lstatIfThere(folder) !== undefined) Deno.writeTextFileSync(note, String(bytes));
  return bytes;
}

async function countBytes(folder: string): Promise<number> {
  const pending = [folder];
  let bytes = 0;
  let seen = 0;
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const entry of readFolderIfThere(current)) {
      const path = join(current, entry.name);
      if (entry.isDirectory) pending.push(path);
      else if (entry.isFile) bytes += lstatIfThere(path)?.size ?? 0;
      if (++seen % TURN_ENTRIES !== 0) continue;
      await nextTurn();
    }
  }
  return bytes;
}

function readFolderIfThere(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch (error) {
    // Restored or emptied meanwhile.
    if (osCode(error) === "ENOENT" || osCode(error) === "ENOTDIR") return [];
    throw error;
  }
}
