import type { Transfer } from "../model/transfer.ts";

/** Rates are taken over this long, in ms. */
const WINDOW_MS = 5_000;
/** Reports that come closer together count as one sample, in ms. */
const LEAST_GAP_MS = 150;
/** Seconds that a sparkline remembers. */
export const SPARKLINE_SECONDS = 30;
/** Most samples of a transfer: those of the window, and the one before it. */
export const MAX_SAMPLES: number = Math.ceil(WINDOW_MS / LEAST_GAP_MS) + 2;

/** Remembers how many bytes are there now. */
export function withSample(transfer: Transfer, bytes: number, nowMs: number): Transfer {
  const { samples } = transfer;
  const last = samples.at(-1);
  // Bytes that were there already did not flow: a count that falls begins again.
  if (last !== undefined && bytes < last.bytes) {
    return { ...transfer, samples: [{ atMs: nowMs, bytes }] };
  }
  const before = samples.at(-2);
  const isClose = last !== undefined && before !== undefined &&
    last.atMs - before.atMs < LEAST_GAP_MS;
  const kept = (isClose ? samples.slice(0, -1) : samples)
    .filter(({ atMs }) => nowMs - atMs <= WINDOW_MS)
    .slice(-(MAX_SAMPLES - 1));
  return { ...transfer, samples: [...kept, { atMs: nowMs, bytes }] };
}

/** Whole seconds that went by between two moments, as far as a chart of `most` shows them. */
export function secondsBetween(fromMs: number, toMs: number, most: number): number {
  const seconds = Math.floor(toMs / 1000) - Math.floor(fromMs / 1000);
  return Math.max(0, Math.min(most, seconds));
}

/** Adds one rate for each second that went by. */
export function withSparkline(transfer: Transfer, seconds: number, nowMs: number): Transfer {
  if (seconds <= 0) return transfer;
  const rate = rateSince(transfer, nowMs - seconds * 1000, nowMs);
  const added = Array.from({ length: seconds }, () => rate);
  const sparkline = [...transfer.sparkline, ...added].slice(-SPARKLINE_SECONDS);
  return { ...transfer, sparkline };
}

/** Bytes per second between a moment of the window and now. */
function rateSince({ samples }: Transfer, fromMs: number, nowMs: number): number {
  const last = samples.at(-1);
  const first = samples.findLast(({ atMs }) => atMs <= fromMs) ?? samples[0];
  if (first === undefined || last === undefined) return 0;
  const spanMs = Math.max(nowMs - first.atMs, 1);
  // Before a first second is over, its bytes over a few milliseconds would be a spike.
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / Math.max(spanMs, 1000));
}
