/**
 * The demo: a throttled server over a copy of the sample files, three downloads and an upload at the
 * same time, each verified byte for byte. In a terminal it opens the terminal client on them, elsewhere
 * it tells what happens in lines. It cleans up after itself.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DenoTerminal } from "#client/cli/deno_terminal.ts";
import type { TransferResult } from "#client/types.ts";
import { type Server, startServer } from "#server/start_server.ts";
import { type DemoFiles, isSameFile, makeDemoFiles } from "./demo_files.ts";
import { type DemoOutcome, reportLines, verdictLine } from "./demo_report.ts";
import { type DemoTransfer, planTransfers } from "./demo_transfers.ts";
import { runLineDemo } from "./line_demo.ts";
import { ServedByLog } from "./served_by.ts";

/** The classroom throttle (1000 bytes each 200 ms) in finer steps and six times as fast. */
const THROTTLE = { chunkBytes: 150, chunkDelayMs: 5 };
const SAMPLES = join(dirname(fileURLToPath(import.meta.url)), "..", "server_files");
const INTERRUPTED = 130;

const stop = new AbortController();
const terminal = new DenoTerminal({
  noColor: Deno.env.get("NO_COLOR"),
  term: Deno.env.get("TERM"),
  onBrokenPipe: () => stop.abort(),
});
Deno.exit(await main());

async function main(): Promise<number> {
  const servedBy = new ServedByLog();
  await servedBy.listen();
  const files = await makeDemoFiles(SAMPLES);
  try {
    const outcomes = await runDemo(files, servedBy);
    for (const line of reportLines(outcomes)) say(line);
    say("");
    say(verdictLine(outcomes, planTransfers(files).length));
    return outcomes.every(({ isSame }) => isSame) ? 0 : 1;
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    await Deno.remove(files.temp, { recursive: true });
    await terminal.flush();
    terminal.restore();
  }
}

async function runDemo(files: DemoFiles, servedBy: ServedByLog): Promise<readonly DemoOutcome[]> {
  await using server = await startServer({ port: 0, root: files.root, throttle: THROTTLE });
  const transfers = planTransfers(files);
  const results = hasFullScreen()
    ? await runOnScreen(server, files, transfers)
    : await runInLines(server, transfers);
  const outcomes = transfers.map(async ({ name, localPath, servedPath }, index) => {
    const result = results[index];
    if (result === undefined) return [];
    const isSame = await isSameFile(localPath, servedPath);
    return [{ name, result, servedBy: servedBy.of(name), isSame }];
  });
  return (await Promise.all(outcomes)).flat();
}

function hasFullScreen(): boolean {
  const isAccessible = !["", "0", undefined].includes(Deno.env.get("ACCESSIBLE"));
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && !isAccessible &&
    Deno.env.get("TERM") !== "dumb";
}

async function runOnScreen(
  { hostname, port }: Server,
  files: DemoFiles,
  transfers: readonly DemoTransfer[],
): Promise<readonly (TransferResult | undefined)[]> {
  const { runScreenDemo } = await import("./screen_demo.ts");
  const { code, results } = await runScreenDemo(transfers, {
    server: { hostname, port },
    localFolder: files.downloads,
    hasColor: (Deno.env.get("NO_COLOR") ?? "") === "",
  });
  if (code === INTERRUPTED) stop.abort();
  stop.signal.throwIfAborted();
  return results;
}

async function runInLines(
  { hostname, port }: Server,
  transfers: readonly DemoTransfer[],
): Promise<readonly TransferResult[]> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    if (Deno.build.os === "windows" && signal === "SIGTERM") continue;
    Deno.addSignalListener(signal, () => stop.abort());
  }
  say(`Sluice serves a copy of the sample files on ${hostname}:${port},`);
  say(
    `slowed down to ${THROTTLE.chunkBytes} bytes each ${THROTTLE.chunkDelayMs} ms for each connection.`,
  );
  say("Three downloads and one upload run at the same time, each in a worker of its own:");
  say("");
  const { signal } = stop;
  return await runLineDemo(transfers, { terminal, server: { hostname, port }, signal });
}

function say(line: string): void {
  terminal.out(`${line}\n`);
}
