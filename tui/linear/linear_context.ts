import type { HistoryRecord, TrashEntry } from "#protocol/replies.ts";
import type { PaneEntry, Side } from "../model/pane.ts";
import type { LineDesk } from "./line_desk.ts";
import type { LinearSession } from "./linear_session.ts";

/** What was listed last: the numbers that people type mean these. */
export interface Listed {
  readonly entries: Map<Side, { readonly folder: string; readonly rows: readonly PaneEntry[] }>;
  trash: readonly TrashEntry[];
  records: readonly HistoryRecord[];
}

/** What commands share. */
export interface LinearContext {
  readonly desk: LineDesk;
  readonly session: LinearSession;
  readonly listed: Listed;
  /** Says why something failed; the exit code will tell it too. */
  readonly fail: (reason: string) => void;
}

/** One choice of the linear client. */
export interface LinearCommand {
  /** What it is called; its beginning is enough to choose it. */
  readonly label: string;
  readonly run: (context: LinearContext) => Promise<void>;
}
