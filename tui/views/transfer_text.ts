import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import type { TransferProgress } from "#client/types.ts";
import { shortReason } from "#client/cli/output/failure.ts";
import type { Transfer } from "../model/transfer.ts";
import { isStalled } from "../model/transfer_rate.ts";
import { shownText } from "./shown_text.ts";
import type { Tone } from "./style.ts";
import { secondsUntil } from "./time_text.ts";

/** A rate over a blink says nothing. */
const LEAST_SECONDS_OF_RATE = 0.1;

/** What a transfer is doing, in words, where figures do not say it all. */
export interface TransferStatus {
  readonly text: string;
  readonly tone: Tone;
}

/**
 * Gives the sign at the beginning of a transfer's row: its direction, or how it ended.
 *
 * @param transfer The transfer.
 */
export function transferSign(transfer: Transfer): { readonly sign: string; readonly tone: Tone } {
  switch (transfer.phase) {
    case "done":
      return hasFailedFiles(transfer) ? { sign: "!", tone: "warn" } : { sign: "✓", tone: "good" };
    case "failed":
      return { sign: "✗", tone: "bad" };
    case "skipped":
      return { sign: "–", tone: "dim" };
    case "cancelled":
      return { sign: "×", tone: "dim" };
    default:
      return { sign: transfer.direction === "upload" ? "↑" : "↓", tone: "accent" };
  }
}

/**
 * Says what a transfer is doing or what became of it.
 *
 * @param transfer The transfer.
 * @param nowMs What time it is.
 * @returns One line fit for a cell; undefined while bytes flow: then the figures say more.
 */
export function transferStatus(transfer: Transfer, nowMs: number): TransferStatus | undefined {
  if (transfer.stopping === "pause") return { text: "pausing…", tone: "warn" };
  if (transfer.stopping === "cancel") return { text: "cancelling…", tone: "warn" };
  switch (transfer.phase) {
    case "queued":
      return { text: "queued", tone: "dim" };
    case "running":
      return runningStatus(transfer, nowMs);
    case "asking":
      return { text: "the name is taken: waits for your answer", tone: "warn" };
    case "paused":
      return { text: `paused at ${formatBytes(transfer.progress?.doneBytes ?? 0)}`, tone: "warn" };
    case "done":
      return { text: doneText(transfer), tone: "good" };
    case "skipped":
      return { text: "skipped: the name is taken", tone: "dim" };
    case "failed":
      return { text: `failed: ${shownText(transfer.failure ?? "unknown reason")}`, tone: "bad" };
    case "cancelled":
      return { text: "cancelled", tone: "dim" };
    default:
      return transfer.phase satisfies never;
  }
}

/** Writes how far bytes have come, with one unit when both have the same: `438/812 MB`. */
export function bytesText(done: number, all: number): string {
  const [value = "", unit] = formatBytes(done).split(" ");
  const end = formatBytes(all);
  return end.endsWith(` ${unit}`) ? `${value}/${end}` : `${value} ${unit}/${end}`;
}

/** Writes how many files of a folder are through, e.g. `12 of 40+ files`; empty for a file. */
export function filesText(transfer: Transfer): string {
  const { files } = transfer;
  if (files === undefined) return "";
  const failed = files.failed > 0 ? `, ${files.failed} failed` : "";
  return `${files.done} of ${files.total}${files.isCounting ? "+" : ""} files${failed}`;
}

function runningStatus(transfer: Transfer, nowMs: number): TransferStatus | undefined {
  const { progress } = transfer;
  if (progress === undefined) return { text: "starting", tone: "dim" };
  switch (progress.state) {
    case "moving":
      return isStalled(transfer, nowMs)
        ? { text: stalledText(nowMs - transfer.lastByteAtMs), tone: "warn" }
        : undefined;
    case "waiting":
      return { text: "waiting for a connection", tone: "dim" };
    case "connecting":
      return { text: "connecting", tone: "dim" };
    case "queued":
      return { text: `waiting for a worker${placeText(progress)}`, tone: "dim" };
    case "checking":
      return { text: "checking what is already there", tone: "dim" };
    case "finishing":
      return { text: "verifying", tone: "accent" };
    case "retrying":
      return { text: retryText(transfer, progress, nowMs), tone: "warn" };
    default:
      return progress.state satisfies never;
  }
}

function stalledText(silentMs: number): string {
  return `stalled: no bytes for ${Math.floor(silentMs / 1000)} s`;
}

function placeText(progress: TransferProgress): string {
  return progress.queuePosition === undefined ? "" : `, place ${progress.queuePosition}`;
}

function retryText(transfer: Transfer, progress: TransferProgress, nowMs: number): string {
  const seconds = secondsUntil(transfer.retryAtMs ?? nowMs, nowMs);
  const when = seconds === 0 ? "retrying" : `retrying in ${seconds} s`;
  return progress.reason === undefined
    ? when
    : `${when}: ${shownText(shortReason(progress.reason))}`;
}

function doneText(transfer: Transfer): string {
  const { result } = transfer;
  const seconds = result?.seconds ?? transfer.seconds ?? 0;
  const size = result?.sizeBytes ?? transfer.progress?.doneBytes ?? 0;
  const resumed = result?.resumedFromBytes ?? transfer.progress?.resumedFromBytes ?? 0;
  const isVerified = result?.digest !== undefined || transfer.kind === "folder";
  const rate = seconds >= LEAST_SECONDS_OF_RATE
    ? ` at ${formatRate(Math.max(0, size - resumed) / seconds)}`
    : "";
  const parts = [
    `${formatBytes(size)} ${isVerified ? "verified " : ""}in ${formatSeconds(seconds)}${rate}`,
    filesText(transfer),
    ...(resumed > 0 ? [`resumed from ${formatBytes(resumed)}`] : []),
    ...(result?.outcome === "replaced" ? ["replaced"] : []),
    newName(transfer),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** With the policy "keep both" a file ends under another name. */
function newName(transfer: Transfer): string {
  const { result } = transfer;
  if (result === undefined) return "";
  const path = result.direction === "upload" ? result.remotePath : result.localPath;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const meant = result.direction === "upload" ? transfer.remotePath : transfer.localPath;
  return path === meant ? "" : `as ${shownText(name)}`;
}

function hasFailedFiles(transfer: Transfer): boolean {
  return (transfer.files?.failed ?? 0) > 0;
}
