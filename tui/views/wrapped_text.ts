import type { Rect } from "../model/layout.ts";
import type { Canvas } from "./canvas.ts";
import { cell } from "./line.ts";
import { clustersOf, widthOf } from "./shown_text.ts";
import type { Tone } from "./style.ts";

/**
 * Breaks a text into lines, at spaces where there are any.
 *
 * @param text Text that is fit for a cell.
 * @param columns Most columns of a line.
 * @returns At least one line.
 */
export function wrapText(text: string, columns: number): readonly string[] {
  const room = Math.max(2, columns);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (widthOf(joined) <= room) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = breakWord(word, room);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  lines.push(line);
  return lines;
}

/** Writes a text into a region with a blank column at both sides; what finds no room is cut. */
export function putText(canvas: Canvas, rect: Rect, text: string, tone: Tone): void {
  const columns = rect.columns - 2;
  const lines = wrapText(text, columns);
  for (let row = 0; row < Math.min(rect.rows, lines.length); row++) {
    const isCut = row === rect.rows - 1 && lines.length > rect.rows;
    const shown = isCut ? `${lines[row]}…` : lines[row] ?? "";
    canvas.put(rect.row + row, rect.column + 1, [cell(shown, columns, { tone })]);
  }
}

function breakWord(word: string, columns: number): readonly string[] {
  if (widthOf(word) <= columns) return [word];
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const cluster of clustersOf(word)) {
    const takes = widthOf(cluster);
    if (used + takes > columns) {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += cluster;
    used += takes;
  }
  return [...pieces, piece];
}
