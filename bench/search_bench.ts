import { join } from "node:path";
import { PROJECT_FOLDER, startBenchServer, taskArguments, timeCommand } from "./process.ts";
import { median } from "./statistics.ts";

const FILES = 50_000;
const FOLDERS = 100;

/** Times of a search, in ms. */
export interface SearchFigures {
  /** From the start of the process to the first name on stdout. */
  readonly firstMs: number;
  /** To its end, without a match: everything was looked at. */
  readonly allMs: number;
  /** Of a client that does nothing. */
  readonly startMs: number;
  /** Of `find`, which looks at the same names. */
  readonly findMs: number;
}

/**
 * Searches 50,000 files with the command line.
 *
 * @param folder Where to work.
 * @param rounds How often.
 */
export async function benchSearch(folder: string, rounds: number): Promise<SearchFigures> {
  const root = join(folder, "search-root");
  await makeNames(root);
  await using server = await startBenchServer(root);
  const client = [...await taskArguments("client.ts"), "--quiet", "--server", server.address];
  const figures: SearchFigures[] = [];
  for (let round = 0; round <= rounds; round++) {
    const startMs = await timeCommand(Deno.execPath(), [...client, "list", "d0", "--json"]);
    const firstMs = await timeFirstLine([...client, "search", "f99"]);
    const allMs = await timeCommand(Deno.execPath(), [...client, "search", "nothing at all"]);
    const findMs = await timeCommand("find", [root, "-name", "nothing at all"]);
    if (round > 0) figures.push({ startMs, firstMs, allMs, findMs });
  }
  return {
    startMs: median(figures.map(({ startMs }) => startMs)),
    firstMs: median(figures.map(({ firstMs }) => firstMs)),
    allMs: median(figures.map(({ allMs }) => allMs)),
    findMs: median(figures.map(({ findMs }) => findMs)),
  };
}

/** One line of the table. */
export function searchLine({ firstMs, allMs, startMs }: SearchFigures): string {
  return `search in 50,000 files: first result after ${
    firstMs.toFixed(0)
  } ms, all looked at after ` +
    `${allMs.toFixed(0)} ms (a list of one folder: ${startMs.toFixed(0)} ms)`;
}

/** Links are made faster than files, and are as good to search. */
async function makeNames(root: string): Promise<void> {
  for (let folder = 0; folder < FOLDERS; folder++) {
    const sub = join(root, `d${folder}`);
    await Deno.mkdir(sub, { recursive: true });
    const first = join(sub, "f0");
    Deno.writeTextFileSync(first, "");
    for (let index = 1; index < FILES / FOLDERS; index++) {
      Deno.linkSync(first, join(sub, `f${index}`));
    }
  }
}

async function timeFirstLine(args: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: PROJECT_FOLDER,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const ms = performance.now() - startedMs;
  await reader.cancel();
  await child.status;
  return ms;
}
