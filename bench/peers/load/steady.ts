import { FrameType } from "#protocol/frame.ts";
import { type FlowPoint, rateOf } from "#tests/server/flow_meter.ts";
import { type Address, FrameSkimmer } from "./frame_skimmer.ts";

const BUFFER_BYTES = 64 * 1024;

/** What is downloaded for how long. */
export interface SteadyOptions {
  readonly path: string;
  readonly streams: number;
  /** How long all flow together. */
  readonly seconds: number;
  /** Hears `"flowing"` once bytes have come on all streams, then the rates in bytes/s. */
  readonly say: (event: "flowing" | readonly number[]) => void;
}

/** Downloads one file many times at once, and measures the rate of each while all flow. */
export async function steadyFlow(address: Address, options: SteadyOptions): Promise<void> {
  const { path, streams, seconds, say } = options;
  const all = Array.from({ length: streams }, (): FlowPoint[] => []);
  let waiting = streams;
  let steadySinceMs = Number.POSITIVE_INFINITY;
  await Promise.all(all.map(async (points) => {
    using stream = await FrameSkimmer.ask(address, FrameType.GET, { path }, BUFFER_BYTES);
    let hasBegun = false;
    await stream.skim((bytes) => {
      const atMs = performance.now();
      if (!hasBegun && --waiting === 0) {
        steadySinceMs = atMs;
        say("flowing");
      }
      hasBegun = true;
      if (atMs >= steadySinceMs) points.push({ atMs, bytes });
      return atMs < steadySinceMs + seconds * 1000;
    });
  }));
  say(all.map((points) => rateOf({ startMs: steadySinceMs, points })));
}
