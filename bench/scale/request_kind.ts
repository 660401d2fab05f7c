import { BUCKET_CELLS } from "#protocol/token_bucket.ts";
import { NO_THROTTLE } from "#server/server_options.ts";
import { FlowThrottle } from "#server/worker/flow_throttle.ts";

/** What is asked for. */
export interface RequestKind {
  readonly name: string;
  /** Bytes of the file; 0 for a request without one, such as a list. */
  readonly bytes: number;
  /** Bytes per second of the connection that the server lets through; 0 for no limit. */
  readonly rate: number;
}

/** A list of a small folder, or a file that fits into one frame. */
export const LIST: RequestKind = { name: "list", bytes: 0, rate: 0 };

/** Chunks of one connection that may be under way: the buffers of server/worker/outbox.ts. */
export const WINDOW = 4;
/** A late chunk may make good this much, as in protocol/token_bucket.ts. */
export const CATCH_UP_S = 0.1;

/** Bytes of a chunk, by the rate; asked of the server's own code once for each. */
const chunkBytesByRate = new Map<number, number>();

/** How a download is cut up. */
export interface Chunks {
  readonly count: number;
  readonly bytes: number;
  /** From one to the next under a rate; 0 without. */
  readonly everyS: number;
}

/** Cuts a request up as the server does. */
export function chunksOf({ bytes, rate }: RequestKind): Chunks {
  const wanted = chunkBytesAt(rate);
  const count = Math.max(1, Math.ceil(bytes / wanted));
  return { count, bytes: bytes / count, everyS: rate > 0 ? wanted / rate : 0 };
}

function chunkBytesAt(rate: number): number {
  const known = chunkBytesByRate.get(rate);
  if (known !== undefined) return known;
  const settings = { ...NO_THROTTLE, ratePerConnection: rate };
  const cells = new SharedArrayBuffer(BUCKET_CELLS * BigInt64Array.BYTES_PER_ELEMENT);
  const { chunkBytes } = new FlowThrottle(() => settings, cells, () => 0);
  chunkBytesByRate.set(rate, chunkBytes);
  return chunkBytes;
}
