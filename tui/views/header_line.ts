import type { Rect } from "../model/layout.ts";
import type { Canvas } from "./canvas.ts";
import { blank, cell, type Line, lineColumns, segment } from "./line.ts";

/** What stands on the border line above a region. */
export interface Header {
  /** Fixed words, e.g. `LOCAL`. */
  readonly title: string;
  /** Whether the region has the keys. */
  readonly hasKeys: boolean;
  /** Behind the title, fit for a cell. */
  readonly subject?: string;
  /** Where a subject that is too long is cut. @default "middle" */
  readonly cut?: "middle" | "end";
  /** At the right end; those that find no room are left out, the last ones first. */
  readonly facts?: readonly Line[];
}

/** Columns that a subject keeps before facts are left out. */
const LEAST_SUBJECT = 10;

/**
 * Writes a header on a border line that is there already.
 *
 * @param canvas The frame.
 * @param rect The border line between its corners.
 * @param header What to write.
 */
export function putHeader(canvas: Canvas, rect: Rect, header: Header): void {
  const { title, hasKeys, subject = "", cut = "middle", facts = [] } = header;
  const left: Line = [blank(1), segment(title, hasKeys ? "accent" : "strong"), blank(1)];
  let room = rect.columns - lineColumns(left) - 1;
  const shown: Line[] = [];
  const least = subject === "" ? 0 : LEAST_SUBJECT + 2;
  for (const fact of facts) {
    const takes = lineColumns(fact) + 3;
    if (takes > room - least) break;
    room -= takes;
    shown.push(fact);
  }
  canvas.put(rect.row, rect.column, left);
  if (subject !== "" && room > 4) {
    const text = cell(subject, room - 2, { cut }).text.trimEnd();
    const at = rect.column + lineColumns(left);
    canvas.put(rect.row, at, [blank(1), segment(text), blank(1)]);
  }
  let end = rect.column + rect.columns;
  for (const fact of shown.toReversed()) {
    end -= lineColumns(fact) + 3;
    canvas.put(rect.row, end, [blank(1), ...fact, blank(1)]);
  }
}
