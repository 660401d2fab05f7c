import process from "node:process";
import type { ServerAddress, TransferResult } from "#client/types.ts";
import type { Update } from "#tui/model/effect.ts";
import type { Model } from "#tui/model/model.ts";
import { ScreenTerminal } from "#tui/terminal/screen_terminal.ts";
import { addTransfers } from "#tui/update/transfer_add.ts";
import { withTransfers } from "#tui/update/transfer_rows.ts";
import type { DemoTransfer } from "./demo_transfers.ts";

/** What the demo on a full screen works with. */
export interface ScreenDemoOptions {
  readonly server: ServerAddress;
  /** Shown on the left. */
  readonly localFolder: string;
  readonly hasColor: boolean;
}

/** How the demo on a full screen ended. */
export interface ScreenDemoEnd {
  readonly code: number;
  /** In the order of the transfers; undefined for those that had not finished. */
  readonly results: readonly (TransferResult | undefined)[];
}

/**
 * Opens the terminal client with the demo's transfers running.
 *
 * @param transfers What to move.
 * @param options Where.
 * @returns When the person has left.
 */
export async function runScreenDemo(
  transfers: readonly DemoTransfer[],
  options: ScreenDemoOptions,
): Promise<ScreenDemoEnd> {
  const { server, localFolder, hasColor } = options;
  // React and ink look at these when they are loaded.
  Deno.env.set("NODE_ENV", "production");
  Deno.env.set("FORCE_COLOR", hasColor ? "1" : "0");
  const { fullScreen } = await import("#tui/full_screen.ts");
  const terminal = new ScreenTerminal({ hasMouse: true });
  // On every way out, also one that nobody expects.
  globalThis.addEventListener("unload", () => terminal.restore());
  let rows: Model["transfers"]["rows"] = [];
  const program = fullScreen({
    terminal,
    server,
    localFolder,
    homeFolder: undefined,
    jobs: transfers.length,
    hasColor,
    begin: (first) => withDemo(first, transfers),
    onModel: (model) => rows = model.transfers.rows,
  });
  // Node's way of listening, and for as long as the process lasts, as in tui/main.ts.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => program.post({ kind: "stopAsked", code: 130 }));
  }
  const code = await program.run();
  const results = transfers.map(({ name }) => rows.find((row) => row.name === name)?.result);
  return { code, results };
}

/** The transfers wait in the list; they begin when the server is there. */
function withDemo(first: Update<Model>, transfers: readonly DemoTransfer[]): Update<Model> {
  let { model } = first;
  for (const { name, direction, localPath, limitRate } of transfers) {
    const wanted = { kind: "file", name, localPath, remotePath: name } as const;
    model = addTransfers(model, direction, [wanted]).model;
    const rows = model.transfers.rows.map((row) => row.name === name ? { ...row, limitRate } : row);
    model = withTransfers(model, { rows });
  }
  return { model, effects: first.effects };
}
