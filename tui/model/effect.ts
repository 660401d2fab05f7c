import type { ConflictPolicy } from "#protocol/requests.ts";
import type { Transfer } from "./transfer.ts";
import type { Side } from "./pane.ts";

/** What an update wants done. Each one answers with messages; none throws. */
export type Effect =
  | {
    readonly kind: "loadFolder";
    readonly side: Side;
    readonly folder: string;
    readonly loadId: number;
  }
  /** Begins or continues a transfer; it answers `progressed`, `conflictFound`, `transferEnded`. */
  | { readonly kind: "startTransfer"; readonly transfer: Transfer }
  | {
    readonly kind: "stopTransfer";
    readonly id: number;
    /** `pause` keeps what was moved; `cancel` throws it away on both sides. */
    readonly how: "pause" | "cancel";
  }
  /** Throws away what a transfer that does not run has left on either side. */
  | { readonly kind: "discardTransfer"; readonly transfer: Transfer }
  | { readonly kind: "setRate"; readonly id: number; readonly bytesPerSecond: number }
  | { readonly kind: "answerConflict"; readonly id: number; readonly policy: ConflictPolicy }
  | {
    readonly kind: "rename";
    readonly side: Side;
    readonly folder: string;
    readonly from: string;
    readonly to: string;
  }
  | {
    readonly kind: "delete";
    readonly side: Side;
    readonly folder: string;
    readonly names: readonly string[];
    readonly isPermanent: boolean;
  }
  | { readonly kind: "mkdir"; readonly side: Side; readonly folder: string; readonly name: string }
  | { readonly kind: "loadPreview"; readonly side: Side; readonly path: string }
  | { readonly kind: "loadDetails"; readonly side: Side; readonly path: string }
  | { readonly kind: "loadDigest"; readonly side: Side; readonly path: string }
  /** Ends what a closed dialog was still waiting for. */
  | { readonly kind: "stopLooking" }
  | { readonly kind: "loadHistory"; readonly loadId: number; readonly onlyFailed: boolean }
  | {
    readonly kind: "search";
    readonly searchId: number;
    readonly folder: string;
    readonly pattern: string;
  }
  | { readonly kind: "stopSearch" }
  | { readonly kind: "loadTrash" }
  | { readonly kind: "restore"; readonly ids: readonly string[] }
  | { readonly kind: "emptyTrash"; readonly ids: readonly string[] | undefined }
  | { readonly kind: "reconnect" }
  /** Answers `tokenAsked`; undefined for no. */
  | { readonly kind: "giveToken"; readonly token: string | undefined }
  /** Stops everything; transfers keep what they moved. */
  | { readonly kind: "leave" };

/** What an update gives. */
export interface Update<M> {
  readonly model: M;
  readonly effects: readonly Effect[];
}
