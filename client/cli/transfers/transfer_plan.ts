import type { RemotePath } from "#protocol/remote_path.ts";
import type { TreeFilter } from "../../trees/tree_filter.ts";
import type { TransferDirection } from "../../types.ts";

/** One file to transfer. */
export interface TransferJob {
  readonly kind: "job";
  readonly direction: TransferDirection;
  readonly localPath: string;
  readonly remotePath: string;
  /** What the file is called on screen. */
  readonly label: string;
  /** 0 when it is not known before the transfer. */
  readonly sizeBytes: number;
}

/** One folder of a tree: made when it is missing, and given its time when all in it is done. */
export interface PlannedFolder {
  readonly kind: "folder";
  readonly localPath: string;
  readonly remotePath: RemotePath;
  readonly modifiedAtMs: number;
}

/** What is wanted of a tree. */
export interface TreePlanOptions {
  readonly filter: TreeFilter;
  readonly signal: AbortSignal;
  /** Where the part of a remote path begins that is shown. */
  readonly labelFrom: number;
}

/** A file or folder that cannot be transferred; the others are. */
export interface PlanFailure {
  readonly kind: "failure";
  readonly name: string;
  readonly error: unknown;
}

/** Something that is left out on purpose. */
export interface PlanNote {
  readonly kind: "note";
  readonly text: string;
}

/** What a walk over arguments and folders finds. */
export type PlanItem = TransferJob | PlannedFolder | PlanFailure | PlanNote;

/** The files of one command, found while earlier ones are already under way. */
export type TransferPlan = AsyncGenerator<PlanItem, void, void>;
