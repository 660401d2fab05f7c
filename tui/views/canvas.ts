import { blank, fitLine, type Line, lineText, overlay, segment, sliceLine } from "./line.ts";
import type { Style } from "./style.ts";

/** The rows of one frame while it is being drawn. Each row has the screen's width all the time. */
export class Canvas {
  readonly columns: number;
  readonly #rows: Line[];

  /** An empty screen. */
  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.#rows = Array.from({ length: rows }, () => [blank(columns)]);
  }

  get rows(): number {
    return this.#rows.length;
  }

  /** Lays a line over what is there; what falls outside the screen is lost. */
  put(row: number, column: number, line: Line): void {
    const under = this.#rows[row];
    if (under === undefined) return;
    this.#rows[row] = fitLine(overlay(under, column, line), this.columns);
  }

  /** Gives the character of a cell. */
  at(row: number, column: number): string {
    return sliceLine(this.#rows[row] ?? [], column, column + 1)[0]?.text ?? "";
  }

  /** Draws the borders at both sides of some rows. */
  sides(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      this.put(row, 0, [segment("│", "dim")]);
      this.put(row, this.columns - 1, [segment("│", "dim")]);
    }
  }

  /**
   * Draws a border line over the whole width.
   *
   * @param row Where.
   * @param ends The first and the last character.
   */
  rule(row: number, ends: "╭╮" | "├┤" | "╰╯"): void {
    this.put(row, 0, [segment(ends.charAt(0), "dim")]);
    this.put(row, 1, [segment("─".repeat(Math.max(0, this.columns - 2)), "dim")]);
    this.put(row, this.columns - 1, [segment(ends.charAt(1), "dim")]);
  }

  /** The frame, one text for each row. */
  texts(style: Style): readonly string[] {
    return this.#rows.map((line) => lineText(line, style));
  }
}
