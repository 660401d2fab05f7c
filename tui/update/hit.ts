import type { Rect } from "../model/layout.ts";

/** Rows that one turn of the wheel scrolls. */
export const WHEEL_ROWS = 3;

/** Whether a cell lies in a part of the screen. */
export function isInside(
  rect: Rect,
  cell: { readonly column: number; readonly row: number },
): boolean {
  const { column, row } = cell;
  return column >= rect.column && column < rect.column + rect.columns &&
    row >= rect.row && row < rect.row + rect.rows;
}
