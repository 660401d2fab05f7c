import { escapeText } from "#protocol/escape_text.ts";
import type { TransferProgress } from "../../types.ts";
import { shortReason } from "../output/failure.ts";
import type { BoardRow } from "./board.ts";

/**
 * Says what a transfer waits for.
 *
 * @param row The transfer.
 * @param nowMs The board's clock.
 * @returns One escaped line, or undefined while bytes move: then figures say more.
 */
export function statusText(row: BoardRow, nowMs: number): string | undefined {
  const { state, queuePosition, reason } = row.progress;
  switch (state) {
    case "moving":
      return undefined;
    case "waiting":
      return "waiting";
    case "connecting":
      return "connecting";
    case "queued":
      return queuePosition === undefined ? "queued" : `queued (${ordinal(queuePosition)})`;
    case "checking":
      return "checking";
    case "finishing":
      return "finishing";
    case "retrying":
      return retryText(row.retryAtMs, nowMs, reason);
    default:
      return state satisfies never;
  }
}

function retryText(
  retryAtMs: number | undefined,
  nowMs: number,
  reason: TransferProgress["reason"],
): string {
  const seconds = Math.max(0, Math.ceil(((retryAtMs ?? nowMs) - nowMs) / 1000));
  const when = seconds === 0 ? "retrying" : `retrying in ${seconds} s`;
  return reason === undefined ? when : `${when}: ${escapeText(shortReason(reason))}`;
}

function ordinal(position: number): string {
  const isTeen = position % 100 >= 11 && position % 100 <= 13;
  const ending = isTeen ? "th" : ["th", "st", "nd", "rd"][position % 10] ?? "th";
  return `${position}${ending}`;
}
