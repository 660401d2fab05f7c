import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import {
  BYTES_COLUMNS,
  GAP,
  LEFT_COLUMNS,
  PERCENT_COLUMNS,
  RATE_COLUMNS,
} from "./board_columns.ts";
import type { BoardColumns } from "./board_columns.ts";
import type { Paint } from "./paint.ts";

/** How far something has come, and how fast. */
export interface Figures {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Bytes per second; undefined while there is too little to tell. */
  readonly rate: number | undefined;
}

/**
 * Writes the columns behind a name.
 *
 * @param figures What to write.
 * @param columns Which columns there are.
 * @param paint Colours the bar.
 * @returns Text that starts with a gap.
 */
export function figuresText(figures: Figures, columns: BoardColumns, paint: Paint): string {
  const { doneBytes: done, totalBytes: all, rate } = figures;
  const parts = [
    ...(columns.bar > 0 ? [barText(done, all, columns.bar, paint)] : []),
    ...(columns.hasPercent ? [percentText(done, all)] : []),
    ...(columns.hasBytes
      ? [`${formatBytes(done)} / ${formatBytes(all)}`.padStart(BYTES_COLUMNS)]
      : []),
    ...(columns.hasRate
      ? [(rate === undefined ? "" : formatRate(rate)).padStart(RATE_COLUMNS)]
      : []),
    ...(columns.hasLeft ? [leftText(done, all, rate)] : []),
  ];
  return parts.map((part) => GAP + part).join("").trimEnd();
}

function barText(done: number, all: number, columns: number, paint: Paint): string {
  const full = Math.floor(fraction(done, all) * columns);
  return paint("bar", "█".repeat(full)) + paint("rest", "░".repeat(columns - full));
}

/** Writes how much is done, in four columns. */
export function percentText(done: number, all: number): string {
  // 100% only when it is all there.
  return `${Math.floor(fraction(done, all) * 100)}%`.padStart(PERCENT_COLUMNS);
}

function leftText(done: number, all: number, rate: number | undefined): string {
  if (rate === undefined || rate <= 0 || all <= done) return "";
  const seconds = (all - done) / rate;
  // Days are no estimate any more.
  return seconds > 99 * 3600 ? "" : formatSeconds(seconds).padStart(LEFT_COLUMNS);
}

function fraction(done: number, all: number): number {
  return all <= 0 ? 0 : Math.min(1, done / all);
}
