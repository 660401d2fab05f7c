import type { EntryKind } from "#protocol/replies.ts";

/** Which of the two panes. */
export type Side = "local" | "server";

/** One line of a pane. */
export interface PaneEntry {
  /** As the file system has it: escape it before it is shown. `..` leads up. */
  readonly name: string;
  /** What it is. */
  readonly kind: EntryKind;
  /** Size of a file; 0 for the other kinds. */
  readonly sizeBytes: number;
  /** In ms since 1970; 0 when it is not known. */
  readonly modifiedAtMs: number;
}

/** What a pane is sorted by; folders always come before files. */
export type SortKey = "name" | "size" | "time" | "extension";

/** The order of a pane. */
export interface SortOrder {
  readonly by: SortKey;
  readonly isDescending: boolean;
}

/** A filter narrows a pane to the names that hold its text, in any case. */
export interface PaneFilter {
  readonly text: string;
  /** Whether keys go into the filter. */
  readonly isTyping: boolean;
}

/** One of the two lists of files. */
export interface Pane {
  readonly side: Side;
  /** An absolute local path, or a remote path; the empty one is the server's root. */
  readonly folder: string;
  /** All entries as they were loaded, in no order that matters. */
  readonly entries: readonly PaneEntry[];
  /** What is shown: filtered, sorted, with `..` first where it leads anywhere. */
  readonly rows: readonly PaneEntry[];
  /** Index in `rows`; 0 when there is none. */
  readonly cursor: number;
  /** First row in sight. */
  readonly top: number;
  /** Names that are selected; also of entries that the filter hides. */
  readonly selected: ReadonlySet<string>;
  readonly sort: SortOrder;
  readonly filter: PaneFilter | undefined;
  /** Whether local names that begin with a dot are shown. */
  readonly showsHidden: boolean;
  /** Number of the latest load; answers to earlier ones are stale. */
  readonly loadId: number;
  readonly isLoading: boolean;
  /** The folder that is being opened while the shown one stays in sight. */
  readonly opening: string | undefined;
  /** Whether the load reads the shown folder again: nothing needs to tell that. */
  readonly isQuiet: boolean;
  /** When the latest load began, in ms since 1970. */
  readonly loadStartedAtMs: number;
  /** Whether the folder has changed since and shall be read again as soon as that is due. */
  readonly wantsReload: boolean;
  /** Why the folder could not be read. */
  readonly failure: string | undefined;
  /** Name to put the cursor on when the load ends, e.g. the folder that was left. */
  readonly cursorName: string | undefined;
}
