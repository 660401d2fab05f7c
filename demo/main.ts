/**
 * The demo: a throttled server over a copy of the sample files, three downloads and an upload at the
 * same time, each verified byte for byte. It cleans up after itself.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DenoTerminal } from "#client/cli/deno_terminal.ts";
import { Board } from "#client/cli/progress/board.ts";
import { LiveProgress } from "#client/cli/progress/live_progress.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import { startServer } from "#server/start_server.ts";
import { type DemoFiles, isSameFile, makeDemoFiles } from "./demo_files.ts";
import { type DemoOutcome, reportLines } from "./demo_report.ts";
import { type DemoTransfer, planTransfers } from "./demo_transfers.ts";
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
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  if (Deno.build.os === "windows" && signal === "SIGTERM") continue;
  Deno.addSignalListener(signal, () => stop.abort());
}
Deno.exit(await main());

async function main(): Promise<number> {
  const servedBy = new ServedByLog();
  await servedBy.listen();
  const files = await makeDemoFiles(SAMPLES);
  try {
    const outcomes = await runDemo(files, servedBy);
    for (const line of reportLines(outcomes)) say(line);
    const isGood = outcomes.every(({ isSame }) => isSame);
    say("");
    say(
      isGood
        ? "All four files arrived whole. The server is stopped and the temp folder gone."
        : "FAILED",
    );
    return isGood ? 0 : 1;
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
  const { hostname, port } = server;
  say(`Sluice serves a copy of the sample files on ${hostname}:${port},`);
  say(
    `slowed down to ${THROTTLE.chunkBytes} bytes each ${THROTTLE.chunkDelayMs} ms for each connection.`,
  );
  say("Three downloads and one upload run at the same time, each in a worker of its own:");
  say("");
  await using client = new SluiceClient({ server: { hostname, port }, connections: 4 });
  const transfers = planTransfers(files, client, stop.signal);
  const results = await runAll(transfers);
  return await Promise.all(transfers.map(async ({ name, paths }, index) => {
    const result = results[index];
    if (result === undefined) throw new Error(`no result for ${name}`);
    return { name, result, servedBy: servedBy.of(name), isSame: await isSameFile(...paths) };
  }));
}

/** Runs all transfers at once, with a live bar each where there is a terminal to draw on. */
async function runAll(transfers: readonly DemoTransfer[]): ReturnType<typeof runEach> {
  const board = new Board();
  if (terminal.liveStyle === "none") return await runEach(transfers, board, say);
  const { default: stringWidth } = await import("string-width");
  const live = new LiveProgress(terminal, board, () => stringWidth, () => performance.now());
  live.open();
  try {
    return await runEach(transfers, board, (line) => live.printAbove(() => say(line)));
  } finally {
    live.close();
  }
}

function runEach(
  transfers: readonly DemoTransfer[],
  board: Board,
  print: (line: string) => void,
): Promise<readonly Awaited<ReturnType<DemoTransfer["run"]>>[]> {
  for (const { sizeBytes } of transfers) board.plan(sizeBytes);
  board.planned();
  return Promise.all(transfers.map(async (transfer, id) => {
    const { name, direction, sizeBytes } = transfer;
    board.start(id, `${direction === "upload" ? "↑" : "↓"} ${name}`, direction, sizeBytes);
    if (terminal.liveStyle === "none") print(`${direction} of ${name} begins`);
    const result = await transfer.run((progress) => board.update(id, progress, performance.now()));
    board.end(id, "finished");
    print(`${direction} of ${name} is complete and verified`);
    return result;
  }));
}

function say(line: string): void {
  terminal.out(`${line}\n`);
}
