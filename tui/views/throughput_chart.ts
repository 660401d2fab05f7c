import { formatRate } from "#protocol/byte_units.ts";
import type { Rect } from "../model/layout.ts";
import { TWO_PANE_COLUMNS } from "../model/layout.ts";
import { chartRows } from "./blocks.ts";
import type { Canvas } from "./canvas.ts";
import { putHeader } from "./header_line.ts";
import { blank, cell, fitLine, type Line, segment } from "./line.ts";

/** Time that a chart shows, in seconds; one pair of rates comes each second. */
const SHOWN_SECONDS = 180;
/** `99.9 kB/s` and a space. */
const SCALE = 10;

/**
 * Draws what flowed in the last minutes, in both directions: side by side, or one below the other
 * where the screen is narrow. Both have the same scale, so that they can be compared.
 *
 * @param canvas The frame.
 * @param rates One pair for each second, oldest first.
 * @param place Where.
 */
export function putThroughput(
  canvas: Canvas,
  rates: readonly { readonly up: number; readonly down: number }[],
  place: { readonly header: Rect; readonly rect: Rect },
): void {
  const { rect } = place;
  putHeader(canvas, place.header, {
    title: "THROUGHPUT",
    hasKeys: false,
    subject: `last ${SHOWN_SECONDS / 60} minutes`,
  });
  const isBeside = canvas.columns >= TWO_PANE_COLUMNS;
  const columns = isBeside ? Math.floor((rect.columns - 3) / 2) : rect.columns - 2;
  const rows = isBeside ? rect.rows : Math.floor(rect.rows / 2);
  const width = columns - SCALE;
  const shown = rates.slice(-SHOWN_SECONDS);
  const down = perColumn(shown.map((rate) => rate.down), width);
  const up = perColumn(shown.map((rate) => rate.up), width);
  const most = niceScale(Math.max(...down, ...up, 0));
  const charts: readonly (readonly [string, readonly number[]])[] = [["↓", down], ["↑", up]];
  charts.forEach(([sign, values], index) => {
    const column = rect.column + 1 + (isBeside ? index * (columns + 1) : 0);
    const row = rect.row + (isBeside ? 0 : index * rows);
    chartRows(values, most, width, rows).forEach((text, at) => {
      canvas.put(
        row + at,
        column,
        fitLine([...scale(at, rows, most, sign), segment(text, "bar")], columns),
      );
    });
  });
}

/** The highest value at the top, the direction at the bottom. */
function scale(row: number, rows: number, most: number, sign: string): Line {
  const text = row === 0 && most > 0 ? formatRate(most) : row === rows - 1 ? `${sign} 0` : "";
  return [cell(text, SCALE - 1, { align: "right", tone: "dim" }), blank(1)];
}

/** The mean of the seconds that share a column; the newest column is the last one. */
function perColumn(values: readonly number[], columns: number): readonly number[] {
  const each = Math.max(1, Math.ceil(SHOWN_SECONDS / Math.max(1, columns)));
  const means: number[] = [];
  for (let end = values.length; end > 0; end -= each) {
    const some = values.slice(Math.max(0, end - each), end);
    means.unshift(some.reduce((sum, value) => sum + value, 0) / some.length);
  }
  return means;
}

/** The next round number, so that the scale seldom changes. */
function niceScale(most: number): number {
  if (most <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8].find((step) => step * power >= most) ?? 10) * power;
}
