import type { LineLog } from "./line_log.ts";
import { parseRecord } from "./client_process.ts";

/**
 * Finds where transfers began, in the log of a server that was started with `--log-format json`.
 *
 * @param log The server's log.
 * @returns First byte of each transfer so far, in their order.
 */
export function transferStarts(log: LineLog): number[] {
  return log.lines.flatMap(parseRecord)
    .filter((record) => record.kind === "started")
    .map((record) => Number(record.offsetBytes));
}
