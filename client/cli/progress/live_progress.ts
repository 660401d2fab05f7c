import type { Terminal } from "../terminal.ts";
import type { Board } from "./board.ts";
import { boardLines } from "./board_lines.ts";
import type { MeasureText } from "./fit_text.ts";
import { BlockRegion, type LiveRegion, PlainRegion } from "./live_region.ts";
import { paintColor, paintNothing } from "./paint.ts";

/** Time between two drawings: ten a second. */
const FRAME_MS = 100;

/** Draws a board on a terminal while transfers run. */
export class LiveProgress {
  readonly #terminal: Terminal;
  readonly #board: Board;
  readonly #measure: () => MeasureText;
  readonly #now: () => number;
  readonly #region: LiveRegion;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastSize = "";
  #pauses = 0;
  readonly #pending: (() => void)[] = [];

  /**
   * @param terminal Where to draw.
   * @param board What to draw.
   * @param measure Gives the present way to measure text: a better one may be loaded later.
   * @param now Milliseconds of the board's clock.
   */
  constructor(terminal: Terminal, board: Board, measure: () => MeasureText, now: () => number) {
    this.#terminal = terminal;
    this.#board = board;
    this.#measure = measure;
    this.#now = now;
    this.#region = terminal.liveStyle === "color"
      ? new BlockRegion()
      : new PlainRegion((text) => this.#measure()(text));
  }

  /** Whether a line on stdout scrolls up over the drawing by itself. */
  get sharesTerminalWithStdout(): boolean {
    return this.#terminal.isOutputTerminal;
  }

  /** Begins to draw. */
  open(): void {
    this.#timer ??= setInterval(() => this.#draw(), FRAME_MS);
  }

  /**
   * Writes lines that stay, above the drawing, with the next picture: thousands of small files a
   * second must not mean as many pictures.
   *
   * @param write Writes whole lines to the terminal.
   */
  printAbove(write: () => void): void {
    this.#pending.push(write);
  }

  /**
   * Leaves the terminal to something else, such as a question; transfers go on meanwhile.
   *
   * @param work What needs the terminal.
   * @returns What it returned.
   */
  async pauseWhile<T>(work: () => Promise<T>): Promise<T> {
    this.#pauses++;
    this.#terminal.err(this.#region.close());
    try {
      return await work();
    } finally {
      this.#pauses--;
    }
  }

  /** Ends drawing and gives the cursor back. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#terminal.err(this.#region.close());
    this.#writePending();
  }

  #writePending(): void {
    for (const write of this.#pending.splice(0)) write();
  }

  #draw(): void {
    // A terminal that does not keep up, or is stopped by Ctrl-S, gets the newest picture later.
    if (this.#pauses > 0 || this.#terminal.isBusy) return;
    if (this.#pending.length > 0) {
      this.#terminal.err(this.#region.clear());
      this.#writePending();
    }
    const state = this.#board.state(this.#now());
    // Small files come and go without a row; the total tells of them.
    if (state.rows.length === 0 && state.total.files < 2) return;
    const { columns, rows } = this.#terminal.size();
    const size = `${columns}x${rows}`;
    if (size !== this.#lastSize) this.#terminal.err(this.#region.clear());
    this.#lastSize = size;
    const isColor = this.#terminal.liveStyle === "color";
    const lines = boardLines(state, {
      columns,
      rows,
      measure: this.#measure(),
      paint: isColor ? paintColor : paintNothing,
    });
    this.#terminal.err(this.#region.draw(lines));
  }
}
