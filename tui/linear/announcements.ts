import type { Model } from "../model/model.ts";
import type { Transfer } from "../model/transfer.ts";
import { transferLine, transferTitle } from "./transfer_line.ts";

/** Phases that are told when they come; of a running transfer its progress is told instead. */
const TOLD = new Set<Transfer["phase"]>(["paused", "done", "skipped", "failed", "cancelled"]);

/**
 * Tells what has changed that a person wants to hear of: transfers and the server.
 *
 * @param before What was known.
 * @param after What is known now.
 * @returns Lines; not escaped.
 */
export function announcements(before: Model, after: Model): readonly string[] {
  return [...linkLines(before, after), ...transferLines(before, after)];
}

function linkLines(before: Model, after: Model): readonly string[] {
  const { link, serverAddress } = after;
  if (link === before.link || link.state === "connecting") return [];
  if (link.state === "online") {
    return before.link.state === "online"
      ? []
      : [`Connected to ${serverAddress}, which runs ${link.agent}.`];
  }
  if (link.attempts > 1) return [];
  return [link.reason, "The server is tried again by itself."];
}

function transferLines(before: Model, after: Model): readonly string[] {
  if (before.transfers.rows === after.transfers.rows) return [];
  const earlier = new Map(before.transfers.rows.map((row) => [row.id, row]));
  return after.transfers.rows.flatMap((row) => {
    const was = earlier.get(row.id);
    if (was === row) return [];
    if (row.phase !== was?.phase) {
      if (TOLD.has(row.phase)) return [transferLine(row, after.nowMs)];
      const hasBegun = row.phase === "running" && was?.phase !== "asking";
      return hasBegun ? [`${transferTitle(row)}: begins`] : [];
    }
    const isLost = row.progress?.state === "retrying" && was.progress?.state !== "retrying";
    return isLost && row.phase === "running" ? [transferLine(row, after.nowMs)] : [];
  });
}
