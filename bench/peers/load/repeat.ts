import { FrameType } from "#protocol/frame.ts";
import { type Address, FrameSkimmer } from "./frame_skimmer.ts";

/** A list of the root fits. */
const BUFFER_BYTES = 64 * 1024;
const LIST = { path: "", limit: 100 };

/**
 * Lists the root again and again on a few connections, then holds them until the process is ended.
 *
 * @param connections How many at the same time.
 * @param lists How often on each.
 * @param say Hears the seconds of all of it.
 */
export async function repeatLists(
  address: Address,
  connections: number,
  lists: number,
  say: (seconds: number) => void,
): Promise<void> {
  const startMs = performance.now();
  const held = await Promise.all(Array.from({ length: connections }, async () => {
    const connection = await FrameSkimmer.ask(address, FrameType.LIST, LIST, BUFFER_BYTES);
    await connection.skim();
    for (let count = 1; count < lists; count++) {
      await connection.askAgain(FrameType.LIST, LIST);
      await connection.skim();
    }
    return connection;
  }));
  say((performance.now() - startMs) / 1000);
  await Promise.allSettled(held.map((connection) => connection.skim()));
}
