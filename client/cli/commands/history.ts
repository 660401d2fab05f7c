import { formatBytes } from "#protocol/byte_units.ts";
import { escapeText } from "#protocol/escape_text.ts";
import type { HistoryRecord } from "#protocol/replies.ts";
import type { CommandRun } from "../context.ts";
import type { HistoryFlags } from "../look_routes.ts";
import { formatLocalTime } from "../output/local_time.ts";

/** Columns of the longest operation, `download`. */
const OPERATION_COLUMNS = 8;
/** Columns of the longest size that `formatBytes` writes. */
const SIZE_COLUMNS = 7;

/**
 * `history`: what was done on the server, one line each, the newest first.
 *
 * @param run The command under way.
 */
export async function history(run: CommandRun<HistoryFlags>): Promise<void> {
  const { flags, report, environment: { signal } } = run;
  await using client = await run.environment.connect({ server: flags.server });
  const { limit, failed, name: pattern } = flags;
  let lines = 0;
  for await (const record of client.history({ limit, failed, pattern, signal })) {
    lines++;
    report.result({ name: record.path, ...record }, historyLine(record));
  }
  if (lines === 0) report.note("nothing was recorded");
}

function historyLine(record: HistoryRecord): string {
  const { atMs, operation, path, target, bytes, outcome, peer, token } = record;
  const who = token === undefined ? peer : `${token} at ${peer}`;
  const to = target === undefined ? "" : ` to ${escapeText(target)}`;
  const ended = outcome === "cancelled" ? ", cancelled" : `, failed: ${escapeText(outcome)}`;
  return [
    formatLocalTime(atMs),
    operation.padEnd(OPERATION_COLUMNS),
    (bytes > 0 ? formatBytes(bytes) : "-").padStart(SIZE_COLUMNS),
    `${escapeText(path)}${to} (${escapeText(who)}${outcome === "done" ? "" : ended})`,
  ].join("  ");
}
