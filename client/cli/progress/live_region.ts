const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_TO_LINE_END = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/** Escape sequences for lines that are drawn over themselves. Pure: each call returns what to write. */
export interface LiveRegion {
  /**
   * @param lines Each narrower than the terminal, fewer than it has rows.
   * @returns What replaces the lines drawn before by these.
   */
  draw(lines: readonly string[]): string;
  /** @returns What removes the region; the next text then starts a line where it began. */
  clear(): string;
  /** @returns What removes the region for good and gives the cursor back. */
  close(): string;
}

/**
 * Several lines. The cursor rests on the region's first column and row between two drawings: when the
 * terminal is resized and reflows its text, the cursor moves along, so the next drawing starts at the
 * right place whatever became of the lines below.
 */
export class BlockRegion implements LiveRegion {
  #isOpen = false;
  #drawn = "";

  draw(lines: readonly string[]): string {
    const text = lines.map((line) => line + CLEAR_TO_LINE_END).join("\r\n") + CLEAR_BELOW;
    if (text === this.#drawn) return "";
    this.#drawn = text;
    const up = lines.length > 1 ? `\x1b[${lines.length - 1}A` : "";
    const hide = this.#isOpen ? "" : HIDE_CURSOR;
    this.#isOpen = true;
    return `${hide}\r${text}${up}\r`;
  }

  clear(): string {
    this.#drawn = "";
    return this.#isOpen ? `\r${CLEAR_BELOW}` : "";
  }

  close(): string {
    if (!this.#isOpen) return "";
    const text = this.clear() + SHOW_CURSOR;
    this.#isOpen = false;
    return text;
  }
}

/** One line without any escape sequence: spaces wipe what was longer before. */
export class PlainRegion implements LiveRegion {
  readonly #measure: (text: string) => number;
  #drawn = "";

  /** @param measure Measures text in columns. */
  constructor(measure: (text: string) => number) {
    this.#measure = measure;
  }

  draw(lines: readonly string[]): string {
    const line = lines.at(-1) ?? "";
    if (line === this.#drawn) return "";
    const wipe = Math.max(0, this.#measure(this.#drawn) - this.#measure(line));
    this.#drawn = line;
    return `\r${line}${" ".repeat(wipe)}`;
  }

  clear(): string {
    const columns = this.#measure(this.#drawn);
    this.#drawn = "";
    return columns === 0 ? "" : `\r${" ".repeat(columns)}\r`;
  }

  close(): string {
    return this.clear();
  }
}
