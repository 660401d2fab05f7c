import { join } from "node:path";
import { startBenchServer, taskArguments, timeCommand } from "./process.ts";
import { median } from "./statistics.ts";

const FILES = 5000;
const FILE_BYTES = 4096;
const FOLDERS = 50;

/** Files per second, from the start of the process to its end. */
export interface SmallFilesFigures {
  readonly name: string;
  readonly filesPerSecond: readonly number[];
  /** The same of `cp -r`, once in each round. */
  readonly copiesPerSecond: readonly number[];
}

/**
 * Moves 5,000 files of 4 KiB up and down with the command line, and then syncs them again. Each round
 * has folders of its own, and nothing is deleted in between: some file systems are slow in making
 * files where many were just removed.
 *
 * @param folder Where to work.
 * @param rounds How often; the first round warms up and does not count.
 */
export async function benchSmallFiles(
  folder: string,
  rounds: number,
): Promise<readonly SmallFilesFigures[]> {
  const root = join(folder, "small-root");
  const source = join(folder, "small");
  await Deno.mkdir(root);
  await writeFiles(source);
  await using server = await startBenchServer(root);
  const client = [...await taskArguments("client.ts"), "--quiet", "--server", server.address];
  const rates: Record<string, number[]> = {};
  const copiesPerSecond: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const runs: readonly (readonly [string, readonly string[]])[] = [
      ["upload", ["upload", source, "--recursive", "--as", `r${round}`]],
      ["download", ["download", `r${round}`, "--recursive", "--to", join(folder, "small-back")]],
      ["sync of the same files", ["sync", source, `r${round}`]],
    ];
    const copyMs = await timeCommand("cp", ["-r", source, join(folder, `small-copy-${round}`)]);
    if (round > 0) copiesPerSecond.push(FILES / (copyMs / 1000));
    for (const [name, args] of runs) {
      const ms = await timeCommand(Deno.execPath(), [...client, ...args]);
      if (round > 0) (rates[name] ??= []).push(FILES / (ms / 1000));
    }
  }
  return Object.entries(rates).map(([name, filesPerSecond]) => ({
    name,
    filesPerSecond,
    copiesPerSecond,
  }));
}

/** One line of the table. */
export function smallFilesLine({ name, filesPerSecond }: SmallFilesFigures): string {
  const all = filesPerSecond.map((rate) => rate.toFixed(0)).join(", ");
  return `${FILES} files of 4 KiB, ${name}: median ${
    median(filesPerSecond).toFixed(0)
  } files/s (${all})`;
}

async function writeFiles(folder: string): Promise<void> {
  const bytes = new Uint8Array(FILE_BYTES);
  for (let index = 0; index < FILES; index++) {
    const sub = join(folder, `d${index % FOLDERS}`);
    if (index < FOLDERS) await Deno.mkdir(sub, { recursive: true });
    crypto.getRandomValues(bytes);
    Deno.writeFileSync(join(sub, `f${index}.bin`), bytes);
  }
}
