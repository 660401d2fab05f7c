import type { DenoTerminal } from "#client/cli/deno_terminal.ts";
import { Board } from "#client/cli/progress/board.ts";
import { LiveProgress } from "#client/cli/progress/live_progress.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import type { ServerAddress, TransferResult } from "#client/types.ts";
import { type DemoTransfer, runTransfer } from "./demo_transfers.ts";

/** What the demo without a full screen works with. */
export interface LineDemoOptions {
  readonly terminal: DenoTerminal;
  readonly server: ServerAddress;
  readonly signal: AbortSignal;
}

/**
 * Runs all transfers at once, with a live bar each where there is a terminal to draw on.
 *
 * @param transfers What to move.
 * @param options Where to show it.
 * @returns What came of each.
 */
export async function runLineDemo(
  transfers: readonly DemoTransfer[],
  options: LineDemoOptions,
): Promise<readonly TransferResult[]> {
  const { terminal } = options;
  const board = new Board();
  const say = (line: string): void => terminal.out(`${line}\n`);
  if (terminal.liveStyle === "none") return await runEach(transfers, board, options, say);
  const { default: stringWidth } = await import("string-width");
  const live = new LiveProgress(terminal, board, () => stringWidth, () => performance.now());
  live.open();
  try {
    return await runEach(transfers, board, options, (line) => live.printAbove(() => say(line)));
  } finally {
    live.close();
  }
}

async function runEach(
  transfers: readonly DemoTransfer[],
  board: Board,
  { terminal, server, signal }: LineDemoOptions,
  print: (line: string) => void,
): Promise<readonly TransferResult[]> {
  await using client = new SluiceClient({ server, connections: transfers.length });
  for (const { sizeBytes } of transfers) board.plan(sizeBytes);
  board.planned();
  return await Promise.all(transfers.map(async (transfer, id) => {
    const { name, direction, sizeBytes } = transfer;
    board.start(id, `${direction === "upload" ? "↑" : "↓"} ${name}`, direction, sizeBytes);
    if (terminal.liveStyle === "none") print(`${direction} of ${name} begins`);
    const result = await runTransfer(client, transfer, {
      signal,
      onProgress: (progress) => board.update(id, progress, performance.now()),
    });
    board.end(id, "finished");
    print(`${direction} of ${name} is complete and verified`);
    return result;
  }));
}
