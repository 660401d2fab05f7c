import type { HistoryRecord, Snapshot } from "#client/mod.ts";

/** Whether the file server answers. */
export interface ServerState {
  readonly isOnline: boolean;
  /** Address of the file server. */
  readonly server: string;
  /** Since when it is so, in ms since 1970. */
  readonly sinceMs: number;
  /** Why it is offline. */
  readonly reason?: { readonly code: string; readonly message: string };
}

/** What subscribers are told. */
export type LiveEvent =
  | { readonly kind: "hello"; readonly data: { readonly gateway: string; readonly server: string } }
  | { readonly kind: "state"; readonly data: ServerState }
  | { readonly kind: "snapshot"; readonly data: Snapshot & { readonly atMs: number } }
  | { readonly kind: "changes"; readonly data: { readonly count: number } }
  | { readonly kind: "history"; readonly data: { readonly records: readonly HistoryRecord[] } };

/** Gets live events; must not wait. */
export type Subscriber = (event: LiveEvent) => void;
