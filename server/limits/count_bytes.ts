import { sleep } from "#protocol/sleep.ts";
import { osCode } from "../storage/os_error.ts";

/** Entries that are looked at between two looks at messages. */
const TURN_ENTRIES = 500;

/**
 * Counts the bytes of all files below some folders. Links are not followed, and what others remove meanwhile or
 * keep for themselves counts nothing.
 *
 * @param paths Folders or files; `undefined` stands for what was looked at already and does not count.
 * @param options `except` is a folder that is passed over; `onTurn` is called now and then.
 * @returns Bytes.
 */
export async function countBytes(
  paths: Iterable<string | undefined>,
  options: { readonly except?: string; readonly onTurn: () => void },
): Promise<number> {
  let bytes = 0;
  let seen = 0;
  for (const path of paths) {
    const pending = path === undefined ? [] : [path];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const folder = next;
      const info = ifThere(() => Deno.lstatSync(folder));
      if (info?.isFile) bytes += info.size;
      if (info?.isDirectory) {
        for (const entry of ifThere(() => [...Deno.readDirSync(folder)]) ?? []) {
          const inner = `${folder}/${entry.name}`;
          if (entry.isDirectory) {
            if (inner !== options.except) pending.push(inner);
          } else if (entry.isFile) {
            bytes += ifThere(() => Deno.lstatSync(inner))?.size ?? 0;
          }
          if (++seen % TURN_ENTRIES === 0) await turn(options.onTurn);
        }
      }
      if (++seen % TURN_ENTRIES === 0) await turn(options.onTurn);
    }
    if (path === undefined && ++seen % TURN_ENTRIES === 0) await turn(options.onTurn);
  }
  return bytes;
}

async function turn(onTurn: () => void): Promise<void> {
  onTurn();
  await sleep(0);
}

function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const code = osCode(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES" || code === "ELOOP") return;
    throw error;
  }
}
