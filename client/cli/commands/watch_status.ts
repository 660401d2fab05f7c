import type { Snapshot } from "#protocol/replies.ts";
import type { CommandRun } from "../context.ts";
import type { StatusFlags } from "../name_routes.ts";
import { snapshotLine } from "../output/snapshot_line.ts";
import { BlockRegion, type LiveRegion, PlainRegion } from "../progress/live_region.ts";
import { paintColor, paintNothing } from "../progress/paint.ts";
import { snapshotLines } from "../progress/snapshot_lines.ts";
import { TextMeasure } from "../progress/text_measure.ts";
import type { Terminal } from "../terminal.ts";

/**
 * `status --watch`: the server's live state until Ctrl-C, or until the server goes.
 *
 * @param run The command under way.
 * @param server What to call the server.
 */
export async function watchStatus(run: CommandRun<StatusFlags>, server: string): Promise<void> {
  const { environment, flags, report } = run;
  const { terminal, signal } = environment;
  await using client = await environment.connect({ server: flags.server });
  const isLive = terminal.isOutputTerminal && terminal.liveStyle !== "none" &&
    !report.isJson && !report.isQuiet;
  using picture = isLive ? new LivePicture(terminal, server) : undefined;
  for await (const snapshot of client.watch({ intervalMs: flags.interval, signal })) {
    if (picture !== undefined) picture.draw(snapshot);
    else report.result({ name: server, ...snapshot }, snapshotLine(snapshot));
    // A reader that does not keep up gets the newest snapshot when it does.
    await report.flush();
  }
  picture?.[Symbol.dispose]();
  report.interrupted("stopped watching");
}

/** Snapshots that are drawn over one another. */
class LivePicture implements Disposable {
  readonly #terminal: Terminal;
  readonly #server: string;
  readonly #text = new TextMeasure();
  readonly #region: LiveRegion;
  #lastSize = "";

  constructor(terminal: Terminal, server: string) {
    this.#terminal = terminal;
    this.#server = server;
    this.#region = terminal.liveStyle === "color"
      ? new BlockRegion()
      : new PlainRegion((text) => this.#text.measure(text));
  }

  draw(snapshot: Snapshot): void {
    for (const { path = "" } of snapshot.operations) this.#text.prepareFor(path);
    const { columns, rows } = this.#terminal.size();
    const size = `${columns}x${rows}`;
    if (size !== this.#lastSize) this.#terminal.err(this.#region.clear());
    this.#lastSize = size;
    const isColor = this.#terminal.liveStyle === "color";
    const lines = snapshotLines(snapshot, this.#server, {
      columns,
      // Without colours and sequences there is one line: that of the server as a whole.
      rows: isColor ? rows : 2,
      measure: this.#text.measure,
      paint: isColor ? paintColor : paintNothing,
    });
    this.#terminal.err(this.#region.draw(lines));
  }

  /** Gives the terminal back. Idempotent. */
  [Symbol.dispose](): void {
    this.#terminal.err(this.#region.close());
  }
}
