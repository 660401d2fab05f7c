import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import type { TransferResult } from "#client/types.ts";
import type { ServedBy } from "./served_by.ts";

/** What the demo found out about one transfer. */
export interface DemoOutcome {
  readonly name: string;
  readonly result: TransferResult;
  readonly servedBy: ServedBy | undefined;
  readonly isSame: boolean;
}

/**
 * Tells what happened.
 *
 * @param outcomes One for each transfer.
 * @returns Lines for people.
 */
export function reportLines(outcomes: readonly DemoOutcome[]): readonly string[] {
  if (outcomes.length === 0) return ["", "What happened", "  No transfer had finished."];
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  const lines = outcomes.flatMap(({ name, result, servedBy, isSame }) => {
    const arrow = result.direction === "upload" ? "↑" : "↓";
    const amount = formatBytes(result.sizeBytes).padStart(7);
    const seconds = formatSeconds(result.seconds).padStart(6);
    const rate = formatRate(result.sizeBytes / result.seconds).padStart(9);
    const by = `worker ${servedBy?.worker ?? "?"} for connection ${servedBy?.connection ?? "?"}`;
    return [
      `  ${arrow} ${name.padEnd(width)}  ${amount} in ${seconds}  ${rate}  ${by}`,
      `    ${isSame ? "✓ same bytes on both sides" : "✗ DIFFERENT BYTES"}  ${result.digest ?? ""}`,
    ];
  });
  return ["", "What happened", ...lines];
}

/**
 * Says whether all is well, in one line.
 *
 * @param outcomes One for each transfer that finished.
 * @param planned How many there were.
 */
export function verdictLine(outcomes: readonly DemoOutcome[], planned: number): string {
  if (!outcomes.every(({ isSame }) => isSame)) return "FAILED";
  const files = outcomes.length === planned
    ? "All four files arrived whole."
    : `${outcomes.length} of ${planned} files had arrived, whole.`;
  return `${files} The server is stopped and the temp folder gone.`;
}
