import type { SluiceClient } from "#client/sluice_client.ts";
import type { Snapshot } from "#client/types.ts";
import { sleep } from "#protocol/sleep.ts";

/** Asks for the status again and again. */
export async function* watchServer(
  client: SluiceClient,
  { intervalMs, signal }: { readonly intervalMs: number; readonly signal: AbortSignal },
): AsyncGenerator<Snapshot, void, void> {
  for (let sequence = 0;; sequence++) {
    const { connections, maxConnections, ...status } = await client.status({ signal });
    yield {
      ...status,
      sequence,
      connections: { open: connections, max: maxConnections },
      bytes: { up: 0, down: 0 },
      rates: { up: 0, down: 0 },
      changes: 0,
      historyRecords: 0,
      operations: [],
    };
    await sleep(intervalMs, signal);
  }
}
