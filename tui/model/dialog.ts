import type { StatResult, TrashEntry } from "#protocol/replies.ts";
import type { Preview } from "#client/preview.ts";
import type { ActionId } from "./action.ts";
import type { ConflictFacts } from "./conflict_facts.ts";
import type { PaneEntry, Side } from "./pane.ts";

/** Text that is being typed. */
export interface TextInput {
  readonly text: string;
  /** Place of the cursor, in characters as people see them (grapheme clusters). */
  readonly cursor: number;
}

/** A list with a cursor, narrowed by what is typed. */
export interface Choice {
  readonly filter: TextInput;
  /** Index among the entries that the filter leaves. */
  readonly cursor: number;
  readonly top: number;
}

/** Where entries are, for an operation on them. */
export interface Target {
  readonly side: Side;
  readonly folder: string;
  readonly entries: readonly PaneEntry[];
}

/** A question or a page over the screen; keys go to the topmost one. */
export type Dialog =
  /** The file-management menu for the selection. */
  | { readonly kind: "menu"; readonly cursor: number }
  /** All keys of the current view. */
  | { readonly kind: "help"; readonly choice: Choice }
  | {
    readonly kind: "prompt";
    readonly purpose:
      | {
        readonly act: "rename";
        readonly side: Side;
        readonly folder: string;
        readonly from: string;
      }
      | { readonly act: "mkdir"; readonly side: Side; readonly folder: string }
      | { readonly act: "search"; readonly folder: string }
      | { readonly act: "goto"; readonly side: Side }
      /** What is typed is not shown. */
      | { readonly act: "token" };
    readonly input: TextInput;
    /** Why what was typed is refused, or the server's answer to it. */
    readonly problem: string | undefined;
    readonly isBusy: boolean;
  }
  | {
    readonly kind: "delete";
    readonly target: Target;
    /** On the server: whether it skips the trash. Local files are always removed for good. */
    readonly isPermanent: boolean;
  }
  | {
    readonly kind: "conflict";
    readonly transferId: number;
    /** The name that is taken. */
    readonly name: string;
    readonly direction: "upload" | "download";
    readonly facts: ConflictFacts;
    readonly cursor: number;
  }
  | { readonly kind: "quit"; readonly cursor: number }
  | {
    readonly kind: "details";
    readonly side: Side;
    readonly path: string;
    readonly entry: PaneEntry;
    /** What the server says, once it has answered; a local file has its digest only. */
    readonly stat: StatResult | undefined;
    readonly digest: string | undefined;
    /** 0 to 1 while a checksum is being computed. */
    readonly digestProgress: number | undefined;
    readonly problem: string | undefined;
  }
  | {
    readonly kind: "preview";
    readonly side: Side;
    readonly path: string;
    readonly preview: Preview | undefined;
    readonly problem: string | undefined;
    readonly top: number;
  }
  | {
    readonly kind: "found";
    /** Answers to other searches are stale. */
    readonly searchId: number;
    readonly folder: string;
    readonly pattern: string;
    /** Remote paths from root; bounded. */
    readonly entries: readonly FoundRow[];
    readonly isSearching: boolean;
    readonly problem: string | undefined;
    readonly cursor: number;
    readonly top: number;
  }
  | {
    readonly kind: "trash";
    readonly entries: readonly TrashEntry[] | undefined;
    readonly selected: ReadonlySet<string>;
    readonly cursor: number;
    readonly top: number;
    readonly problem: string | undefined;
    readonly isEmptying: boolean;
  }
  /** Something to read: a failure in full. */
  | { readonly kind: "message"; readonly title: string; readonly lines: readonly string[] };

/** One line of what a search found. */
export interface FoundRow {
  readonly path: string;
  readonly kind: PaneEntry["kind"];
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** One entry of the menu or the help. */
export interface ActionEntry {
  readonly id: ActionId;
  /** Keys as they are shown, e.g. `["u"]` or `["↑", "k"]`. */
  readonly keys: readonly string[];
  readonly label: string;
  /** Why it cannot be done now; undefined when it can. */
  readonly disabledWhy: string | undefined;
}
