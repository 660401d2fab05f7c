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

/** Payload of one chunk without a throttle, as in server/worker/outbox.ts. */
export const FULL_CHUNK_BYTES: number = 512 * 1024;
/** Chunks of one connection that may be under way. */
export const WINDOW = 4;
/** Chunks a second of a connection with a rate of its own, as in server/worker/flow_throttle.ts. */
const CHUNKS_PER_SECOND = 8;
/** A chunk under a rate has at most so many bytes. */
const MAX_CHUNK_BYTES = 256 * 1024;
/** A late chunk may make good this much. */
export const CATCH_UP_S = 0.1;

/** How a download is cut up. */
export interface Chunks {
  readonly count: number;
  readonly bytes: number;
  /** From one to the next under a rate; 0 without. */
  readonly everyS: number;
}

/** Cuts a request up as the server does. */
export function chunksOf({ bytes, rate }: RequestKind): Chunks {
  const wanted = rate > 0 ? Math.min(MAX_CHUNK_BYTES, rate / CHUNKS_PER_SECOND) : FULL_CHUNK_BYTES;
  const count = Math.max(1, Math.ceil(bytes / wanted));
  return { count, bytes: bytes / count, everyS: rate > 0 ? wanted / rate : 0 };
}
