import { FrameType } from "#protocol/frame.ts";
import { type Address, FrameSkimmer } from "./frame_skimmer.ts";

/** Streams keep a buffer each. */
const MANY_BUFFER_BYTES = 256 * 1024;

/** How a set of downloads went. */
export interface StreamsReport {
  readonly bytes: number;
  /** From the first connect to the last byte of the last. */
  readonly seconds: number;
  /** From the first connect to the last byte, for each. */
  readonly each: readonly number[];
}

/**
 * Downloads files at the same time and discards them.
 *
 * @param paths One for each connection.
 */
export async function streamFiles(
  address: Address,
  paths: readonly string[],
): Promise<StreamsReport> {
  const startMs = performance.now();
  const seconds = (): number => (performance.now() - startMs) / 1000;
  const bufferBytes = paths.length > 1 ? MANY_BUFFER_BYTES : undefined;
  const ends = await Promise.all(paths.map(async (path) => {
    using stream = await FrameSkimmer.ask(address, FrameType.GET, { path }, bufferBytes);
    const bytes = await stream.skim();
    return { bytes, seconds: seconds() };
  }));
  return {
    bytes: ends.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: Math.max(...ends.map(({ seconds }) => seconds)),
    each: ends.map(({ seconds }) => seconds),
  };
}
