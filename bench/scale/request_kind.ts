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
