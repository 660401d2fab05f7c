const PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/**
 * Draws how much of something is done, to an eighth of a column.
 *
 * @param share 0 to 1.
 * @param columns Columns of the whole bar.
 * @returns The part that is done and the part that is not.
 */
export function barBlocks(
  share: number,
  columns: number,
): { readonly done: string; readonly rest: string } {
  const eighths = Math.floor(Math.min(1, Math.max(0, share)) * columns * 8);
  const part = PARTS[eighths % 8] ?? "";
  const done = "█".repeat(Math.floor(eighths / 8)) + part;
  return { done, rest: "░".repeat(Math.max(0, columns - done.length)) };
}

/**
 * Draws the last values, each in one column.
 *
 * @param values Zero or more, oldest first.
 * @param columns Most columns.
 * @returns The highest value is as high as a line; shorter than `columns` when there are few.
 */
export function sparkline(values: readonly number[], columns: number): string {
  const last = values.slice(-columns);
  const most = Math.max(...last, 0);
  return last.map((value) => {
    if (most <= 0) return LEVELS[0];
    return LEVELS[Math.min(7, Math.max(0, Math.ceil((value / most) * 8) - 1))];
  }).join("");
}

/**
 * Draws values as columns over several rows.
 *
 * @param values Zero or more, oldest first; the newest is at the right edge.
 * @param most The value that reaches the top.
 * @param columns Columns of the chart.
 * @param rows Rows of the chart.
 * @returns The rows from the top, each of exactly `columns` columns.
 */
export function chartRows(
  values: readonly number[],
  most: number,
  columns: number,
  rows: number,
): readonly string[] {
  const shown = values.slice(-columns);
  const padded = [...Array<number>(Math.max(0, columns - shown.length)).fill(0), ...shown];
  const heights = padded.map((value) => {
    if (value <= 0 || most <= 0) return 0;
    return Math.max(1, Math.round(Math.min(1, value / most) * rows * 8));
  });
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * 8;
    return heights.map((height) => {
      const level = Math.min(8, height - below);
      return level <= 0 ? " " : LEVELS[level - 1] ?? " ";
    }).join("");
  });
}
