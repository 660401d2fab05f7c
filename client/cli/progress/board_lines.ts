import { escapeText } from "#protocol/escape_text.ts";
import type { BoardRow, BoardState, BoardTotal } from "./board.ts";
import { type BoardColumns, chooseColumns, GAP } from "./board_columns.ts";
import { figuresText, percentText } from "./figures_text.ts";
import { cutEnd, fitText, type MeasureText } from "./fit_text.ts";
import type { Paint } from "./paint.ts";
import { statusText } from "./status_text.ts";

/** What the lines are drawn for. */
export interface BoardLayout {
  readonly columns: number;
  readonly rows: number;
  readonly measure: MeasureText;
  readonly paint: Paint;
}

/**
 * Draws the transfers that are under way, and a total line when there is more than one file.
 *
 * @param state What to draw.
 * @param layout The terminal's size and how to measure and colour text.
 * @returns Fewer lines than the terminal has rows, each narrower than it has columns.
 */
export function boardLines(state: BoardState, layout: BoardLayout): readonly string[] {
  const hasTotal = state.total.files > 1;
  const room = Math.max(1, layout.rows - 1 - (hasTotal ? 1 : 0));
  const shown = state.rows.slice(0, room);
  const names = shown.map((row) => escapeText(row.name));
  const total = totalLabel(state.total);
  const widest = Math.max(
    ...names.map((name) => layout.measure(name)),
    hasTotal ? layout.measure(total) : 0,
  );
  const columns = chooseColumns(layout.columns, widest);
  const lines = shown.map((row, index) =>
    rowLine(row, names[index] ?? "", columns, state.nowMs, layout)
  );
  if (hasTotal && layout.rows > 2) lines.push(totalLine(state.total, total, columns, layout));
  return lines;
}

function rowLine(
  row: BoardRow,
  name: string,
  columns: BoardColumns,
  nowMs: number,
  layout: BoardLayout,
): string {
  const { progress } = row;
  const label = fitText(name, columns.name, layout.measure);
  const status = statusText(row, nowMs);
  if (status === undefined) {
    const { doneBytes, totalBytes } = progress;
    return label + figuresText({ doneBytes, totalBytes, rate: row.rate }, columns, layout.paint);
  }
  const percent = progress.doneBytes > 0 && columns.hasBytes
    ? GAP + percentText(progress.doneBytes, progress.totalBytes)
    : "";
  const room = columns.all - columns.name - percent.length - GAP.length;
  const tone = progress.state === "retrying" ? "bad" : "waiting";
  const shown = cutEnd(status, room, layout.measure);
  return label + percent + (room > 0 ? GAP + layout.paint(tone, shown) : "");
}

function totalLine(
  total: BoardTotal,
  label: string,
  columns: BoardColumns,
  layout: BoardLayout,
): string {
  // What is cut off is the least important: the number of failures comes last.
  return cutEnd(label, columns.name, layout.measure).padEnd(columns.name) +
    figuresText(total, columns, layout.paint);
}

function totalLabel(total: BoardTotal): string {
  const files = `${total.endedFiles}/${total.files}${total.isCounting ? "+" : ""} files`;
  const failed = total.failedFiles > 0 ? `, ${total.failedFiles} failed` : "";
  return files + failed;
}
