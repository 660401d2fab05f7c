import { FrameType } from "#protocol/frame.ts";
import { type Address, FrameSkimmer } from "./frame_skimmer.ts";

/** A list of the root fits. */
const BUFFER_BYTES = 64 * 1024;

/** How many connections were served. */
export interface IdleReport {
  readonly served: number;
  readonly refused: number;
  /** Why the first refused one was. */
  readonly why: string;
  /** Until all had their list. */
  readonly seconds: number;
}

/**
 * Opens connections, each of which lists the root, and holds them until the process is ended.
 *
 * @param count How many.
 * @param say Hears the report once all have been answered.
 * @param withinS Seconds over which they are spread evenly.
 */
export async function holdIdle(
  address: Address,
  count: number,
  say: (report: IdleReport) => void,
  withinS = 0,
): Promise<void> {
  const startMs = performance.now();
  const held: FrameSkimmer[] = [];
  const faults: string[] = [];
  await Promise.all(Array.from({ length: count }, async (_, index) => {
    const afterMs = (index / count) * withinS * 1000;
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    try {
      const list = { path: "", limit: 100 };
      const connection = await FrameSkimmer.ask(address, FrameType.LIST, list, BUFFER_BYTES);
      held.push(connection);
      await connection.skim();
    } catch (error) {
      faults.push(`${error}`);
    }
  }));
  const seconds = (performance.now() - startMs) / 1000;
  say({ served: count - faults.length, refused: faults.length, why: faults[0] ?? "", seconds });
  // A read that is under way keeps the connection open and notices when the server closes it.
  await Promise.allSettled(held.map((connection) => connection.skim()));
}
