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

/** Measures the rows that were asked for, one after the other, each with servers of its own. */
export async function* runRows(world: World): AsyncGenerator<RowResult> {
  for (const id of world.options.only) {
    const startedMs = performance.now();
    world.say(`${id} …`);
    const result = await ROWS[id](world);
    await world.processes.stopAll();
    world.say(`${id}: ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    yield* Array.isArray(result) ? result : [result];
  }
}
