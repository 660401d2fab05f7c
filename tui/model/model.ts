import type { Dialog } from "./dialog.ts";
import type { HistoryView } from "./history_view.ts";
import type { Link } from "./link.ts";
import type { Pane, Side } from "./pane.ts";
import type { ServerView } from "./server_view.ts";
import type { TransferList } from "./transfer.ts";

/** The four pages of the screen. */
export type ViewName = "files" | "transfers" | "history" | "server";

/** A line that tells what just happened. */
export interface Notice {
  readonly text: string;
  readonly tone: "info" | "good" | "bad";
  /** When it goes away. */
  readonly untilMs: number;
  /** Transfer that a second press of the same key cancels while this shows. */
  readonly confirms?: number | undefined;
}

/** Everything that the screen shows; each change makes a new one. */
export interface Model {
  readonly columns: number;
  readonly rows: number;
  /** Wall clock of the last message, in ms since 1970. */
  readonly nowMs: number;
  readonly serverAddress: string;
  readonly homeFolder: string | undefined;
  readonly link: Link;
  readonly view: ViewName;
  /** Which pane has the keys, in the view `files`; `transfers` is the panel below the panes. */
  readonly focus: Side | "transfers";
  readonly panes: { readonly local: Pane; readonly server: Pane };
  readonly transfers: TransferList;
  readonly history: HistoryView;
  readonly server: ServerView;
  /** Searches so far: each has its number. */
  readonly searchCount: number;
  /** Topmost last. */
  readonly dialogs: readonly Dialog[];
  readonly notice: Notice | undefined;
  /** Set when the program shall end. */
  readonly exit: { readonly code: number } | undefined;
  /** Waits for the running transfers, then ends. */
  readonly isLeaving: boolean;
  /** The last press of a mouse button, to tell a double click. */
  readonly lastClick:
    | { readonly column: number; readonly row: number; readonly atMs: number }
    | undefined;
}
