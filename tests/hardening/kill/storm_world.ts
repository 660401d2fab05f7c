import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { randomBytes } from "#tests/support/random_bytes.ts";

/** Number of a version of some file; its bytes follow from it. */
export type Tag = number;

/** What a lane has on the server. */
export interface StormWorld {
  readonly files: ReadonlyMap<string, Tag>;
  /** What it has deleted: tags by their ids in the trash. */
  readonly trash: ReadonlyMap<string, Tag>;
  /** What a delete put into the trash whose answer was lost, and so its id. */
  readonly lostDelete?: { readonly path: string; readonly tag: Tag } | undefined;
}

/** Sizes of versions: within one read, within one frame, several frames. */
const SIZES = [700, 30_000, 400_000, 1_500_000] as const;

/** The bytes of a version. */
export function bytesOf(tag: Tag): Uint8Array<ArrayBuffer> {
  return randomBytes((SIZES[tag % SIZES.length] ?? 0) + tag % 97, tag + 1);
}

/**
 * Asserts that a lane's files and trash are just those of one of several worlds.
 *
 * @param root The served folder.
 * @param folder The lane's folder in it.
 * @param worlds What may be: before and after the operation whose answer was lost.
 * @returns The world that is, with the id of what a lost delete has put into the trash.
 */
export async function settleWorld(
  root: string,
  folder: string,
  worlds: readonly StormWorld[],
): Promise<StormWorld> {
  const faults: string[] = [];
  for (const world of worlds) {
    const files = await filesFault(join(root, folder), world);
    if (files !== undefined) {
      faults.push(files);
      continue;
    }
    const found = await findTrash(join(root, ".sluice", "trash"), world);
    if (typeof found !== "string") return found;
    faults.push(found);
  }
  assert.fail(`${folder} is none of what may be: ${faults.join("; or ")}`);
}

async function filesFault(folder: string, { files }: StormWorld): Promise<string | undefined> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const extra = names.filter((name) => !files.has(name));
  if (extra.length > 0) return `${extra.join()} should not be there`;
  for (const [name, tag] of files) {
    if (!names.includes(name)) return `${name} is gone`;
    if (!await isVersion(join(folder, name), tag)) return `${name} is not version ${tag}`;
  }
  return undefined;
}

async function findTrash(trash: string, world: StormWorld): Promise<StormWorld | string> {
  for (const [id, tag] of world.trash) {
    if (!await isVersion(join(trash, id, "entry"), tag)) return `${id} of the trash is not ${tag}`;
  }
  const { lostDelete } = world;
  if (lostDelete === undefined) return world;
  for await (const { name: id } of Deno.readDir(trash)) {
    if (world.trash.has(id)) continue;
    const info = await readIfThere(join(trash, id, "info.json"));
    if (info === undefined || JSON.parse(info).path !== lostDelete.path) continue;
    if (!await isVersion(join(trash, id, "entry"), lostDelete.tag)) continue;
    const { files } = world;
    return { files, trash: new Map([...world.trash, [id, lostDelete.tag]]) };
  }
  return `${lostDelete.path} is neither there nor in the trash`;
}

async function isVersion(path: string, tag: Tag): Promise<boolean> {
  try {
    return Buffer.compare(await Deno.readFile(path), bytesOf(tag)) === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
