import { join } from "./local_path.ts";
import * as v from "valibot";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import type { TrashEntry } from "#protocol/replies.ts";
import { osCode } from "./os_error.ts";
import { kindOf } from "./root_folder.ts";

/** Name of the deleted entry in its folder of the trash. */
export const ENTRY = "entry";
/** Name of the record beside it. */
const INFO = "info.json";
/** Ends the name of what is being removed for good. */
export const GONE = ".gone";

const RecordSchema = v.object({ path: v.string(), deletedAtMs: v.number() });

/** What is known about a deleted entry beside itself. */
interface TrashRecord {
  readonly path: RemotePath;
  readonly deletedAtMs: number;
}

let lastStamp = 0;

/** Makes an id; ids sort by time, those of one worker strictly. */
export function newTrashId(): string {
  lastStamp = Math.max(lastStamp + 1, Date.now() * 1000);
  return `${lastStamp.toString(36).padStart(11, "0")}-${crypto.randomUUID().slice(0, 8)}`;
}

/** Whether a text may be an id: one name that is not on its way out of the trash. */
export function isTrashId(text: string): boolean {
  return /^[0-9a-z-]{1,100}$/.test(text);
}

/** Writes the record of an entry; its path is that from the real root. */
export function writeTrashRecord(folder: string, path: string): void {
  const record = { path, deletedAtMs: Date.now() };
  Deno.writeTextFileSync(join(folder, INFO), JSON.stringify(record));
}

/**
 * Reads what is known about an entry of the trash.
 *
 * @param trash The folder of the trash.
 * @param id Name of the entry's own folder in it.
 * @returns The entry, or `undefined` when there is none: it never got there, or is gone already.
 */
export function readTrashEntry(trash: string, id: string): TrashEntry | undefined {
  const folder = join(trash, id);
  const info = lstatIfThere(join(folder, ENTRY));
  if (info === undefined) return undefined;
  const record = readRecord(join(folder, INFO));
  return {
    id,
    // A power failure may take the record and leave the entry; it can still be restored elsewhere.
    path: record?.path ?? id,
    kind: kindOf(info),
    sizeBytes: info.isFile ? info.size : 0,
    deletedAtMs: record?.deletedAtMs ?? info.ctime?.getTime() ?? 0,
  };
}

/** As `Deno.lstatSync`, but `undefined` when nothing is there. */
export function lstatIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (osCode(error) === "ENOENT" || osCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function readRecord(path: string): TrashRecord | undefined {
  try {
    const record = v.parse(RecordSchema, JSON.parse(Deno.readTextFileSync(path)));
    return { ...record, path: parseRemotePath(record.path) };
  } catch {
    // Missing or damaged: the caller makes do without it.
    return undefined;
  }
}
