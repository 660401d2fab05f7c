import { FrameType } from "#protocol/frame.ts";
import { type Address, FrameSkimmer } from "./frame_skimmer.ts";

const BUFFER_BYTES = 64 * 1024;

/**
 * Downloads a file again and again, each time on a new connection.
 *
 * @returns For each the ms from before the connect to the first byte of the file.
 */
export async function firstBytes(
  address: Address,
  path: string,
  count: number,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startMs = performance.now();
    using stream = await FrameSkimmer.ask(address, FrameType.GET, { path }, BUFFER_BYTES);
    await stream.untilData();
    times.push(performance.now() - startMs);
    await stream.skim();
  }
  return times;
}

/** Does the same with an HTTP server, up to the first byte of its answer. */
export async function firstHttpBytes(
  address: Address,
  path: string,
  count: number,
): Promise<readonly number[]> {
  const request = `GET /${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  const bytes = new TextEncoder().encode(request);
  const buffer = new Uint8Array(BUFFER_BYTES);
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startMs = performance.now();
    using conn = await Deno.connect({ ...address });
    await conn.write(bytes);
    await conn.read(buffer);
    times.push(performance.now() - startMs);
    while (await conn.read(buffer) !== null) { /* The rest of the answer. */ }
  }
  return times;
}
