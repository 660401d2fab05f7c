import { join } from "node:path";
import { isThere } from "#client/is_there.ts";
import { settleDisk, SMALL_FOLDER, type World } from "../world.ts";

const SMALL_BYTES = 4096;
const SMALL_FOLDERS = 50;
const PIECE_BYTES = 1024 * 1024;
const MOST_RANDOM_BYTES = 65_536;
const NOISE_EVERY = 16;

/**
 * Writes a file that does not compress, if it is not there yet.
 *
 * @param name Below the served folder.
 * @returns Its path.
 */
export async function ensureFile(world: World, name: string, sizeBytes: number): Promise<string> {
  const path = join(world.files, name);
  if (await isThere(path)) return path;
  using file = await Deno.create(path);
  const piece = new Uint8Array(PIECE_BYTES);
  for (let done = 0, index = 0; done < sizeBytes; index++) {
    if (index % NOISE_EVERY === 0) fillWithNoise(piece);
    const bytes = piece.subarray(0, Math.min(PIECE_BYTES, sizeBytes - done));
    for (let at = 0; at < bytes.byteLength;) at += await file.write(bytes.subarray(at));
    done += bytes.byteLength;
  }
  await settleDisk(world);
  return path;
}

/**
 * Writes the small files, in 50 folders, if they are not there yet.
 *
 * @returns The folder around them.
 */
export async function ensureSmallFiles(world: World): Promise<string> {
  const folder = join(world.files, SMALL_FOLDER);
  if (await isThere(folder)) return folder;
  const bytes = new Uint8Array(SMALL_BYTES);
  for (let index = 0; index < world.options.files; index++) {
    const sub = join(folder, `d${index % SMALL_FOLDERS}`);
    if (index < SMALL_FOLDERS) await Deno.mkdir(sub, { recursive: true });
    crypto.getRandomValues(bytes);
    Deno.writeFileSync(join(sub, `f${index}.bin`), bytes);
  }
  await settleDisk(world);
  return folder;
}

function fillWithNoise(bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = 0; at < bytes.byteLength; at += MOST_RANDOM_BYTES) {
    crypto.getRandomValues(bytes.subarray(at, at + MOST_RANDOM_BYTES));
  }
}
