import { formatRate } from "#protocol/byte_units.ts";
import type { Snapshot } from "#protocol/replies.ts";

/**
 * Writes how busy a server is, in one line.
 *
 * @param snapshot Its live state.
 * @returns Counts and rates; nothing of it is a peer's text.
 */
export function snapshotLine(snapshot: Snapshot): string {
  const { connections, workers, waiting, transfers, rates } = snapshot;
  return [
    `${transfers} working`,
    `${waiting} waiting`,
    `${connections.open} of ${connections.max} connections`,
    `${workers.leased} of ${workers.limit} workers busy`,
    `up ${formatRate(rates.up)}`,
    `down ${formatRate(rates.down)}`,
  ].join(", ");
}
