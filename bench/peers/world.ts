import { join } from "node:path";
import { taskArguments } from "#tests/support/project_config.ts";
import type { Command, Processes } from "./processes.ts";
import type { PeersOptions } from "./peers_options.ts";
import type { Tools } from "./tools.ts";

/** What all rows of one run share. */
export interface World {
  readonly options: PeersOptions;
  readonly processes: Processes;
  readonly tools: Tools;
  /** Served by everyone. */
  readonly files: string;
  /** Inside {@linkcode files}: where uploads go. */
  readonly uploads: string;
  /** Where downloads go. */
  readonly downloads: string;
  /** Settings and keys of peers. */
  readonly settings: string;
  /** Makes the command line of Sluice's client, as its task runs it. */
  readonly sluice: (...args: string[]) => Command;
  /** Makes the command line of one of the bench's own load programs. */
  readonly load: (...args: string[]) => Command;
  /** Tells people what is going on. */
  readonly say: (line: string) => void;
}

/** Name of the large file. */
export const BIG_FILE = "big.bin";
/** Name of the folder of small files. */
export const SMALL_FOLDER = "small";

const LOAD_PERMISSIONS = ["--allow-net=127.0.0.1"];

/**
 * Makes the folders that all rows share.
 *
 * @param folder Everything is below it.
 */
export async function makeWorld(
  folder: string,
  shared: Pick<World, "options" | "processes" | "tools" | "say">,
): Promise<World> {
  const files = join(folder, "files");
  const world = {
    files,
    uploads: join(files, "up"),
    downloads: join(folder, "out"),
    settings: join(folder, "settings"),
  };
  for (const path of Object.values(world)) await Deno.mkdir(path, { recursive: true });
  const client = await taskArguments("client.ts");
  const deno = Deno.execPath();
  const load = [...["run", "-q", "--no-prompt"], ...LOAD_PERMISSIONS, "bench/peers/load/main.ts"];
  return {
    ...shared,
    ...world,
    sluice: (...args) => [deno, ...client, ...args],
    load: (...args) => [deno, ...load, ...args],
  };
}

/** Writes back what is in memory of the files, so that the next to be measured meets a quiet disk. */
export async function settleDisk(world: World): Promise<void> {
  await world.processes.run(["sync", "-f", world.files]);
}
