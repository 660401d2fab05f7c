import type { Transfer } from "./transfer.ts";

/** After this long without a byte a transfer counts as stalled, in ms. */
const STALL_MS = 5_000;

/** A rate over less time than this says nothing, in ms. */
const LEAST_SPAN_MS = 250;

/**
 * Gives the rate of a transfer over its last seconds.
 *
 * @param transfer A transfer.
 * @param nowMs Wall clock in ms since 1970.
 * @returns Bytes per second; undefined while it does not move bytes or that is not yet known.
 */
export function rateOf(transfer: Transfer, nowMs: number): number | undefined {
  if (transfer.phase !== "running" || transfer.progress?.state !== "moving") return undefined;
  const first = transfer.samples[0];
  const last = transfer.samples.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // Silence counts too: a rate must fall when nothing comes any more.
  const spanMs = Math.max(last.atMs, nowMs) - first.atMs;
  if (spanMs < LEAST_SPAN_MS) return undefined;
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / spanMs);
}

/**
 * Says how long a transfer will still take at its present rate.
 *
 * @returns Seconds; undefined when that cannot be said.
 */
export function secondsLeft(transfer: Transfer, nowMs: number): number | undefined {
  const rate = rateOf(transfer, nowMs);
  const progress = transfer.progress;
  if (rate === undefined || rate <= 0 || progress === undefined) return undefined;
  // The total of a folder is not known before all of it has been counted.
  if (transfer.files?.isCounting === true) return undefined;
  return Math.max(0, progress.totalBytes - progress.doneBytes) / rate;
}

/** Whether a transfer that should move bytes has not moved any for 5 s. */
export function isStalled(transfer: Transfer, nowMs: number): boolean {
  return transfer.phase === "running" && transfer.progress?.state === "moving" &&
    nowMs - transfer.lastByteAtMs >= STALL_MS;
}
