import stringWidth from "string-width";
import { holdColumns } from "./hold_columns.ts";
import { BEGIN_UPDATE, CLEAR_SCREEN, END_UPDATE } from "./terminal_modes.ts";
import type { ScreenSize } from "./screen_terminal.ts";

const PLAIN_TEXT = "\x1b[0m";
const ERASE_TO_END = "\x1b[K";

/** Shows frames: writes only the lines that changed, one frame at a time. */
export class ScreenWriter {
  readonly #write: (text: string) => Promise<void>;
  /** Lines on the terminal; undefined when it is not known what is there. */
  #shown: readonly string[] | undefined;
  #writing: Promise<void> | undefined;

  /** @param write Writes to the terminal; resolves when it has taken the text. */
  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  /** Whether a frame is still on its way: a slow terminal gets fewer frames, never late ones. */
  get isBusy(): boolean {
    return this.#writing !== undefined;
  }

  /** Forgets what is on the terminal: the next frame is written whole. */
  forget(): void {
    this.#shown = undefined;
  }

  /**
   * Shows a frame. Only when not {@linkcode ScreenWriter.isBusy}.
   *
   * @param frame Lines with their colours, without any other sequence.
   * @param size Of the terminal; what is beyond it is cut.
   */
  show(frame: string, size: ScreenSize): void {
    const lines = frame.split("\n").slice(0, size.rows);
    const text = this.#changes(lines, size);
    this.#shown = lines;
    if (text === "") return;
    this.#writing = this.#write(BEGIN_UPDATE + text + END_UPDATE)
      .finally(() => this.#writing = undefined);
  }

  /** Resolves when nothing is on its way any more. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  #changes(lines: readonly string[], size: ScreenSize): string {
    const shown = this.#shown;
    const parts: string[] = shown === undefined ? [CLEAR_SCREEN] : [];
    for (let row = 0; row < size.rows; row++) {
      const line = lines[row] ?? "";
      if (line === (shown?.[row] ?? "")) continue;
      // Behind a full line the cursor is still on its last cell, which must not be erased.
      const end = stringWidth(line) < size.columns ? ERASE_TO_END : "";
      parts.push(`\x1b[${row + 1};1H${holdColumns(line)}${PLAIN_TEXT}${end}`);
    }
    return parts.join("");
  }
}
