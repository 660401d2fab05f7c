import { cutEnd, cutMiddle } from "#client/cli/progress/fit_text.ts";
import { clustersOf, isEvenText, widthOf } from "./shown_text.ts";
import { paint, type Style, type Tone } from "./style.ts";

/** A piece of a line that looks the same all over. */
export interface Segment {
  readonly text: string;
  readonly tone: Tone;
  /** What the text takes in a terminal. */
  readonly columns: number;
}

/** One row of the screen, or a part of it. */
export type Line = readonly Segment[];

/** A piece of text that is fit for a cell already. */
export function segment(text: string, tone: Tone = "plain"): Segment {
  return { text, tone, columns: widthOf(text) };
}

/** Spaces. */
export function blank(columns: number, tone: Tone = "plain"): Segment {
  const count = Math.max(0, columns);
  return { text: " ".repeat(count), tone, columns: count };
}

/** Columns that a line takes. */
export function lineColumns(line: Line): number {
  return line.reduce((sum, part) => sum + part.columns, 0);
}

/** How a text takes exactly the columns it is given. */
export interface CellOptions {
  /** @default "plain" */
  readonly tone?: Tone;
  /** @default "left" */
  readonly align?: "left" | "right";
  /**
   * Where a text that is too long is cut: names in the middle, sentences at the end.
   * @default "end"
   */
  readonly cut?: "middle" | "end";
}

/**
 * Makes a text take exactly some columns.
 *
 * @param text One line that is fit for a cell.
 * @param columns Columns to take.
 * @param options How.
 */
export function cell(text: string, columns: number, options: CellOptions = {}): Segment {
  const { tone = "plain", align = "left", cut = "end" } = options;
  const room = Math.max(0, columns);
  const short = (cut === "middle" ? cutMiddle : cutEnd)(text, room, widthOf);
  const fill = " ".repeat(Math.max(0, room - widthOf(short)));
  return { text: align === "left" ? short + fill : fill + short, tone, columns: room };
}

/** Makes a line take exactly some columns: filled with spaces, or cut off. */
export function fitLine(line: Line, columns: number, tone: Tone = "plain"): Line {
  const has = lineColumns(line);
  if (has === columns) return line;
  return has < columns ? [...line, blank(columns - has, tone)] : sliceLine(line, 0, columns);
}

/** Gives all pieces of a line one look. */
export function retone(line: Line, tone: Tone): Line {
  return line.map((part) => ({ ...part, tone }));
}

/**
 * Cuts columns out of a line. Of a wide character that is cut apart a space stays.
 *
 * @param line The line.
 * @param from First column.
 * @param to Column behind the last.
 */
export function sliceLine(line: Line, from: number, to: number): Line {
  const parts: Segment[] = [];
  let at = 0;
  for (const part of line) {
    const start = Math.max(from, at);
    const end = Math.min(to, at + part.columns);
    if (end > start) parts.push(sliceSegment(part, start - at, end - at));
    at += part.columns;
  }
  return parts;
}

/**
 * Lays a line over another.
 *
 * @param under What is there.
 * @param column Where the other one begins.
 * @param over What covers it.
 */
export function overlay(under: Line, column: number, over: Line): Line {
  const end = column + lineColumns(over);
  const all = lineColumns(under);
  return [...sliceLine(under, 0, column), ...over, ...sliceLine(under, end, Math.max(end, all))];
}

/** Writes a line with its looks. */
export function lineText(line: Line, style: Style): string {
  let text = "";
  let run = "";
  let tone: Tone = "plain";
  for (const part of line) {
    // Spaces look the same in every tone but the cursor's.
    const isSeen = part.tone === "cursor" || tone === "cursor" || part.text.trim() !== "";
    if (part.tone !== tone && isSeen) {
      text += paint(run, tone, style);
      run = "";
      tone = part.tone;
    }
    run += part.text;
  }
  return text + paint(run, tone, style);
}

function sliceSegment(part: Segment, from: number, to: number): Segment {
  if (from === 0 && to === part.columns) return part;
  if (isEvenText(part.text)) {
    return { text: part.text.slice(from, to), tone: part.tone, columns: to - from };
  }
  let text = "";
  let at = 0;
  for (const cluster of clustersOf(part.text)) {
    const end = at + widthOf(cluster);
    if (at >= from && end <= to) text += cluster;
    else if (end > from && at < to) text += " ".repeat(Math.min(end, to) - Math.max(at, from));
    at = end;
  }
  return { text, tone: part.tone, columns: to - from };
}
