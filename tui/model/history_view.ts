import type { HistoryRecord } from "#protocol/replies.ts";
import type { TextInput } from "./dialog.ts";

/** What was done on the server. */
export interface HistoryView {
  /** Newest first; bounded. */
  readonly records: readonly HistoryRecord[];
  /** Those that the filter leaves. */
  readonly rows: readonly HistoryRecord[];
  readonly filter: { readonly input: TextInput; readonly isTyping: boolean } | undefined;
  readonly onlyFailed: boolean;
  readonly cursor: number;
  readonly top: number;
  readonly isLoading: boolean;
  readonly failure: string | undefined;
  readonly loadId: number;
  /** Count of the server's records when the latest load began: another count makes it stale. */
  readonly seenRecords: number | undefined;
}
