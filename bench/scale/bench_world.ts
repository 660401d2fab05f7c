import { parsePeersOptions } from "../peers/peers_options.ts";
import type { Processes } from "../peers/processes.ts";
import { ensureFile } from "../peers/rows/source_files.ts";
import { makeWorld, type World } from "../peers/world.ts";

/** Downloaded without a throttle. */
export const STREAM_FILE = "stream.bin";
/** Bytes of it. */
export const STREAM_BYTES: number = 16 * 1024 ** 2;
/** Downloaded to measure the cost of a download. */
export const SMALL_FILE = "small.bin";
const SMALL_BYTES = 64 * 1024;
/** Downloaded to measure the cost of a MiB. */
export const LONG_FILE = "long.bin";
/** Bytes of it. */
export const LONG_BYTES: number = 256 * 1024 ** 2;
/** Downloaded under a rate, never to its end. */
export const SLOW_FILE = "slow.bin";
/** Bytes per second of each throttled download. */
export const SLOW_RATE = 100_000;

/**
 * Makes the files that calibration and check share.
 *
 * @param folder Everything is below it.
 */
export async function makeScaleWorld(
  folder: string,
  processes: Processes,
  say: (line: string) => void,
): Promise<World> {
  const options = parsePeersOptions([]);
  if (options === "help") throw new Error("no flag was given");
  const tools = {
    versions: [],
    has: (): boolean => false,
    path: (name: string): string => {
      throw new Error(`${name} is not used here`);
    },
  };
  const world = await makeWorld(folder, { options, processes, tools, say });
  await ensureFile(world, SMALL_FILE, SMALL_BYTES);
  await ensureFile(world, STREAM_FILE, STREAM_BYTES);
  await ensureFile(world, LONG_FILE, LONG_BYTES);
  const slow = `${world.files}/${SLOW_FILE}`;
  await Deno.writeFile(slow, new Uint8Array(0));
  // Holes will do: nobody looks at the bytes.
  await Deno.truncate(slow, SLOW_RATE * 600);
  return world;
}
