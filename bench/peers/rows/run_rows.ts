import type { RowResult } from "../goal.ts";
import type { RowId } from "../peers_options.ts";
import type { World } from "../world.ts";
import { clientsRow } from "./clients_row.ts";
import { downloadRow } from "./download_row.ts";
import { firstByteRow } from "./first_byte_row.ts";
import { idleRow } from "./idle_row.ts";
import { memoryRow } from "./memory_row.ts";
import { smallFilesRows } from "./small_files_row.ts";
import { startRow } from "./start_row.ts";
import { streamRow } from "./stream_row.ts";
import { throttledRow } from "./throttled_row.ts";
import { uploadRow } from "./upload_row.ts";

const ROWS: Readonly<Record<RowId, (world: World) => Promise<RowResult | readonly RowResult[]>>> = {
  download: downloadRow,
  upload: uploadRow,
  small: smallFilesRows,
  stream: streamRow,
  clients: clientsRow,
  idle: idleRow,
  throttled: throttledRow,
  "first-byte": firstByteRow,
  start: startRow,
  memory: memoryRow,
};

/** What came of a run. */
export interface RunResult {
  readonly rows: readonly RowResult[];
  /** Rows that failed, and why. */
  readonly failures: readonly string[];
}

/**
 * Measures the rows that were asked for, one after the other, each with servers of its own. A row that
 * fails is left out, and the others go on.
 */
export async function runRows(world: World): Promise<RunResult> {
  const rows: RowResult[] = [];
  const failures: string[] = [];
  for (const id of world.options.only) {
    const startedMs = performance.now();
    world.say(`${id} …`);
    try {
      rows.push(...[await ROWS[id](world)].flat());
    } catch (error) {
      if (world.processes.isClosed) throw error;
      failures.push(`${id}: ${error instanceof Error ? error.message : error}`);
    }
    await world.processes.stopAll();
    world.say(`${id}: ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  }
  return { rows, failures };
}
