import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import { shortReason } from "#client/cli/output/failure.ts";
import { isStalled, rateOf, secondsLeft } from "../model/transfer_rate.ts";
import type { Transfer } from "../model/transfer.ts";

/** Which transfer: its number, direction and name. */
export function transferTitle({ id, direction, name }: Transfer): string {
  return `[${id}] ${direction} ${name}`;
}

/**
 * Tells in one line where a transfer stands, in words alone.
 *
 * @param transfer Which one.
 * @param nowMs Wall clock in ms since 1970.
 * @returns One line; not escaped.
 */
export function transferLine(transfer: Transfer, nowMs: number): string {
  return `${transferTitle(transfer)}: ${standing(transfer, nowMs)}`;
}

function standing(transfer: Transfer, nowMs: number): string {
  const { phase, progress, result, failure, files } = transfer;
  switch (phase) {
    case "queued":
      return "waits for its turn";
    case "asking":
      return "waits for your answer";
    case "paused":
      return progress === undefined ? "paused" : `paused at ${formatBytes(progress.doneBytes)}`;
    case "running":
      return [...runningParts(transfer, nowMs), ...limitParts(transfer)].join(", ");
    case "done":
      return files === undefined ? doneText(transfer) : `done, ${countText(files.done)}`;
    case "skipped":
      return `skipped, "${result?.localPath ?? transfer.name}" was there`;
    case "cancelled":
      return "cancelled";
    case "failed":
      return `failed: ${failure ?? "nobody knows why"}`;
    default:
      return phase satisfies never;
  }
}

function runningParts(transfer: Transfer, nowMs: number): readonly string[] {
  const { progress, files } = transfer;
  if (progress === undefined) return ["begins"];
  const { state, doneBytes, totalBytes, reason } = progress;
  if (state === "retrying") {
    const seconds = Math.max(0, Math.ceil(((transfer.retryAtMs ?? nowMs) - nowMs) / 1000));
    const why = reason === undefined ? "" : `: ${shortReason(reason)}`;
    return [`connection lost, tries again in ${seconds} s${why}`];
  }
  if (state !== "moving") return [state];
  const percent = totalBytes === 0 ? 100 : Math.floor((doneBytes / totalBytes) * 100);
  const rate = rateOf(transfer, nowMs);
  const left = secondsLeft(transfer, nowMs);
  return [
    `${percent} percent, ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
    ...(files === undefined ? [] : [`${files.done} of ${countText(files.total)}`]),
    ...(isStalled(transfer, nowMs) ? ["stalled"] : rate === undefined ? [] : [formatRate(rate)]),
    ...(left === undefined ? [] : [`${formatSeconds(left)} left`]),
  ];
}

function limitParts({ limitRate }: Transfer): readonly string[] {
  return limitRate === 0 ? [] : [`limit ${formatRate(limitRate)}`];
}

function doneText({ direction, result, seconds }: Transfer): string {
  if (result === undefined) return "done";
  const { sizeBytes, digest, localPath, remotePath } = result;
  const time = formatSeconds(seconds ?? result.seconds);
  const where = direction === "upload" ? remotePath : localPath;
  return `done, ${formatBytes(sizeBytes)} in ${time}, verified ${digest ?? ""}, saved as ${where}`;
}

function countText(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}
