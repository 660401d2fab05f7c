import { centredRect, type Rect } from "../../model/dialog_layout.ts";
import type { Canvas } from "../canvas.ts";
import { blank, cell, fitLine, type Line, lineColumns, segment } from "../line.ts";
import type { Tone } from "../style.ts";
import { wrapText } from "../wrapped_text.ts";

/** Cells between the outside of a box and its text, at one side. */
const EDGE = 2;

/** One key of a box, on its bottom border. */
export type KeyHint = readonly [key: string, label: string];

/** The frame of a dialog. */
export interface BoxOptions {
  /** Text fit for a cell. */
  readonly title: string;
  /** On the bottom border; those that find no room are left out, the last ones first. */
  readonly hints: readonly KeyHint[];
  /** Of the border. @default "accent" */
  readonly tone?: Tone;
}

/**
 * Draws an empty box.
 *
 * @param canvas The frame.
 * @param rect Where, with the border.
 * @param options What is written on the border.
 */
export function putBox(canvas: Canvas, rect: Rect, options: BoxOptions): void {
  const { title, hints, tone = "accent" } = options;
  const inner = rect.columns - 2;
  const top: Line = [blank(1), segment(cell(title, inner - 4).text.trimEnd(), "strong"), blank(1)];
  canvas.put(rect.row, rect.column, borderLine("╭", top, "╮", rect.columns, tone));
  for (let row = rect.row + 1; row < rect.row + rect.rows - 1; row++) {
    canvas.put(row, rect.column, [segment("│", tone), blank(inner), segment("│", tone)]);
  }
  const bottom = hintLine(hints, inner - 4);
  const last = rect.row + rect.rows - 1;
  canvas.put(last, rect.column, borderLine("╰", bottom, "╯", rect.columns, tone));
}

/**
 * Draws a box in the middle of the screen, as large as its lines need.
 *
 * @param canvas The frame.
 * @param columns Columns wanted, with the border.
 * @param options What is written on the border.
 * @param content Gives the lines for the columns that there are.
 */
export function putTextBox(
  canvas: Canvas,
  columns: number,
  options: BoxOptions,
  content: (columns: number) => readonly Line[],
): void {
  const width = centredRect(canvas, { columns, rows: 3 }).columns;
  const lines = content(width - 2 * EDGE);
  const rect = centredRect(canvas, { columns, rows: lines.length + 2 });
  putBox(canvas, rect, options);
  putBoxLines(canvas, rect, lines);
}

/** Writes lines into a box, from its first row on. */
export function putBoxLines(canvas: Canvas, rect: Rect, lines: readonly Line[]): void {
  const rows = rect.rows - 2;
  lines.slice(0, rows).forEach((line, row) => {
    const isCut = row === rows - 1 && lines.length > rows;
    const shown = fitLine(isCut ? [segment("…", "dim")] : line, rect.columns - 2 * EDGE);
    canvas.put(rect.row + 1 + row, rect.column + EDGE, shown);
  });
}

/** A text as lines of a box. */
export function textLines(text: string, columns: number, tone: Tone = "plain"): readonly Line[] {
  return wrapText(text, columns).map((part) => [segment(part, tone)]);
}

function borderLine(left: string, middle: Line, right: string, columns: number, tone: Tone): Line {
  const rest = Math.max(0, columns - 3 - lineColumns(middle));
  return fitLine(
    [segment(`${left}─`, tone), ...middle, segment("─".repeat(rest), tone), segment(right, tone)],
    columns,
  );
}

function hintLine(hints: readonly KeyHint[], room: number): Line {
  const line: Line[] = [];
  let used = 2;
  for (const [key, label] of hints) {
    const hint: Line = [
      blank(line.length > 0 ? 2 : 0),
      segment(key, "accent"),
      segment(` ${label}`),
    ];
    used += lineColumns(hint);
    if (used > room) break;
    line.push(hint);
  }
  return line.length === 0 ? [] : [blank(1), ...line.flat(), blank(1)];
}
