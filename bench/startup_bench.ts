import { join } from "node:path";
import { PROJECT_FOLDER, startBenchServer, timeCommand } from "./process.ts";
import { median, ratiosOf } from "./statistics.ts";

/** Wall times of one form of `list`, in ms. */
export interface StartupFigures {
  readonly name: string;
  readonly times: readonly number[];
  /** Of the `deno eval ""` that ran right before each. */
  readonly baseTimes: readonly number[];
  readonly ratios: readonly number[];
}

/**
 * Times `list` against `deno eval ""`, in turn, with a server up and caches warm.
 *
 * @param folder Where to work and install.
 * @param rounds How often each.
 */
export async function benchStartup(
  folder: string,
  rounds: number,
): Promise<readonly StartupFigures[]> {
  const root = join(folder, "list-root");
  await Deno.mkdir(root);
  for (const name of ["a.txt", "b.txt", "c.txt"]) await Deno.writeTextFile(join(root, name), name);
  await using server = await startBenchServer(root);
  return await timeList(folder, server.address, rounds);
}

/**
 * Does the same with a server that runs already.
 *
 * @param folder Where to install.
 * @param address `HOST:PORT` of the server.
 * @param rounds How often each; one more warms up.
 */
export async function timeList(
  folder: string,
  address: string,
  rounds: number,
): Promise<readonly StartupFigures[]> {
  const deno = Deno.execPath();
  const sluice = await install(folder);
  const list = ["list", "--server", address];
  const forms: readonly [string, string, readonly string[]][] = [
    ["sluice list (installed)", sluice, list],
    ["deno run client.ts list", deno, ["run", "client.ts", ...list]],
  ];
  const results: StartupFigures[] = [];
  for (const [name, program, args] of forms) {
    const times: number[] = [];
    const baseTimes: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const base = await timeCommand(deno, ["eval", ""]);
      const time = await timeCommand(program, args);
      if (round === 0) continue;
      times.push(time);
      baseTimes.push(base);
    }
    results.push({ name, times, baseTimes, ratios: ratiosOf(times, baseTimes) });
  }
  return results;
}

/** One line of the table. */
export function startupLine({ name, times, ratios }: StartupFigures): string {
  const [time, ratio] = [median(times).toFixed(0), median(ratios).toFixed(1)];
  return `${name}: median ${time} ms, ${ratio} times \`deno eval ""\``;
}

/** Installs the client as users do, but below a folder of our own. */
async function install(folder: string): Promise<string> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "install"],
    cwd: PROJECT_FOLDER,
    env: { DENO_INSTALL_ROOT: folder },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return join(folder, "bin", "sluice");
}
