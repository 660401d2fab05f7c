import type { HistoryRecord, StatResult, TrashEntry } from "#protocol/replies.ts";
import type { Snapshot } from "#protocol/replies.ts";
import type { TransferProgress, TransferResult } from "#client/types.ts";
import type { Preview } from "#client/preview.ts";
import type { InputEvent } from "../input/input_event.ts";
import type { ConflictFacts } from "./conflict_facts.ts";
import type { FoundRow } from "./dialog.ts";
import type { Link } from "./link.ts";
import type { PaneEntry, Side } from "./pane.ts";
import type { FileCount } from "./transfer.ts";

/** Everything that can happen. `atMs` is the wall clock, in ms since 1970. */
export type Message = { readonly atMs: number } & MessageBody;

/** What happened. Texts of failures are whole sentences for people, not yet escaped. */
export type MessageBody =
  | { readonly kind: "input"; readonly event: InputEvent }
  | { readonly kind: "resized"; readonly columns: number; readonly rows: number }
  /** Comes a few times a second: rates, waits and notices move on. */
  | { readonly kind: "tick" }
  /** SIGTERM and its like, or Ctrl-C from outside. */
  | { readonly kind: "stopAsked"; readonly code: number }
  | { readonly kind: "linkChanged"; readonly link: Link }
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  /** The server wants an access token; `problem` is why the one before was refused. */
  | { readonly kind: "tokenAsked"; readonly problem: string | undefined }
  | {
    readonly kind: "folderLoaded";
    readonly side: Side;
    readonly loadId: number;
    /** As it was asked for, or where a link led. */
    readonly folder: string;
    readonly entries: readonly PaneEntry[];
  }
  | {
    readonly kind: "folderFailed";
    readonly side: Side;
    readonly loadId: number;
    readonly folder: string;
    readonly reason: string;
  }
  /** Reports of many transfers since the last message of this kind, one for each. */
  | {
    readonly kind: "progressed";
    readonly reports: readonly {
      readonly id: number;
      readonly progress: TransferProgress;
      readonly files: FileCount | undefined;
    }[];
  }
  | {
    readonly kind: "conflictFound";
    readonly id: number;
    /** The name that is taken. */
    readonly name: string;
    readonly facts: ConflictFacts;
  }
  | { readonly kind: "transferEnded"; readonly id: number; readonly end: TransferEnd }
  /** A rename, delete, mkdir or restore is over. */
  | {
    readonly kind: "operationEnded";
    readonly operation: OperationName;
    /** What to tell: what was done, or why not. */
    readonly text: string;
    readonly isFailure: boolean;
    /** Sides whose folders may look different now. */
    readonly changed: readonly Side[];
    /** Name to put the cursor on. */
    readonly cursorName?: string | undefined;
  }
  | {
    readonly kind: "historyLoaded";
    readonly loadId: number;
    readonly records: readonly HistoryRecord[];
  }
  | { readonly kind: "historyFailed"; readonly loadId: number; readonly reason: string }
  | { readonly kind: "previewLoaded"; readonly path: string; readonly preview: Preview }
  | { readonly kind: "detailsLoaded"; readonly path: string; readonly stat: StatResult }
  | { readonly kind: "digestProgressed"; readonly path: string; readonly share: number }
  | { readonly kind: "digestLoaded"; readonly path: string; readonly digest: string }
  /** A preview, details or a digest could not be had. */
  | { readonly kind: "lookFailed"; readonly path: string; readonly reason: string }
  | { readonly kind: "found"; readonly searchId: number; readonly entries: readonly FoundRow[] }
  | {
    readonly kind: "searchEnded";
    readonly searchId: number;
    readonly isCut: boolean;
    readonly reason: string | undefined;
  }
  | { readonly kind: "trashLoaded"; readonly entries: readonly TrashEntry[] }
  | { readonly kind: "trashFailed"; readonly reason: string };

/** Names of operations that change files, beside transfers. */
export type OperationName = "rename" | "delete" | "mkdir" | "restore" | "emptyTrash";

/** How a transfer stopped. */
export type TransferEnd =
  | {
    readonly kind: "finished";
    readonly result: TransferResult | undefined;
    readonly files: FileCount | undefined;
  }
  /** The person paused it; what was moved is kept. */
  | { readonly kind: "paused" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly reason: string };
