/**
 * Sluice beside its peers: `deno task bench:peers` (`--help` lists the flags). All run in turn on the
 * same files; the tables go to stdout and into docs/benchmarks.md.
 *
 * @module
 */
import { join } from "node:path";
import { PROJECT_FOLDER } from "../process.ts";
import { describeMachine } from "./machine.ts";
import { parsePeersOptions, PEERS_USAGE, type PeersOptions } from "./peers_options.ts";
import { Processes } from "./processes.ts";
import { insertReport, writeReport } from "./report.ts";
import { runRows } from "./rows/run_rows.ts";
import { findTools, installTools } from "./tools.ts";
import { makeWorld } from "./world.ts";

const PAGE = join(PROJECT_FOLDER, "docs", "benchmarks.md");

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  let options: PeersOptions | "help";
  try {
    options = parsePeersOptions(Deno.args);
  } catch (error) {
    say(error instanceof Error ? error.message : `${error}`);
    return 2;
  }
  if (options === "help") {
    console.log(PEERS_USAGE);
    return 0;
  }
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice-peers-" }));
  const processes = new Processes();
  let wasInterrupted = false;
  const interrupt = (): void => {
    wasInterrupted = true;
    // What is under way then fails, and the run ends.
    void processes[Symbol.asyncDispose]();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, interrupt);
  try {
    return await measureAll(folder, processes, options);
  } catch (error) {
    if (wasInterrupted) return 130;
    say(error instanceof Error ? error.message : `${error}`);
    return 1;
  } finally {
    await processes[Symbol.asyncDispose]();
    say("removing the bench's files");
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureAll(
  folder: string,
  processes: Processes,
  options: PeersOptions,
): Promise<number> {
  let tools = await findTools();
  if (options.mayInstall) {
    await installTools(processes, tools);
    tools = await findTools();
  }
  const machine = await describeMachine(processes, tools, folder);
  const world = await makeWorld(folder, { options, processes, tools, say });
  const { rows, failures } = await runRows(world);
  const report = writeReport({
    machine,
    rounds: options.rounds,
    command: ["deno task bench:peers", ...Deno.args].join(" "),
    day: new Date().toISOString().slice(0, 10),
  }, rows);
  console.log(report);
  if (options.mayWrite) {
    await Deno.writeTextFile(PAGE, insertReport(await readPage(), report));
    say("docs/benchmarks.md is up to date");
  }
  for (const failure of failures) say(`not measured: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

async function readPage(): Promise<string> {
  try {
    return await Deno.readTextFile(PAGE);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function say(line: string): void {
  console.error(line);
}
