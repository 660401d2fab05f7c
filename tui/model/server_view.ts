import type { Snapshot } from "#protocol/replies.ts";

/** Live state of the server. */
export interface ServerView {
  /** The latest snapshot; undefined until the first one, and when the server is gone. */
  readonly snapshot: Snapshot | undefined;
  /** Rates of the last minutes, oldest first, one pair for each second; bounded. */
  readonly rates: readonly { readonly up: number; readonly down: number }[];
  readonly cursor: number;
  readonly top: number;
}
