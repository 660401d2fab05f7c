import type { HistoryRecord } from "#protocol/replies.ts";

/** Operations that the history keeps. */
export type HistoryOperation = HistoryRecord["operation"];

/** What a handler tells of its request while it runs, for the history. */
export class HistoryDraft {
  readonly startedMs: number = performance.now();
  /** Remote path; a request that gets no further than this is not recorded. */
  path: string | undefined;
  /** The new name. */
  target: string | undefined;
  /** Bytes that moved. */
  bytes = 0;
  digest: string | undefined;
  /** Nothing was done after all, or it is recorded by somebody else. */
  isQuiet = false;
}
