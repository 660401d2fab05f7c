import type { EntryKind } from "#protocol/replies.ts";

/** Something in a tree, on either side. */
export interface TreeEntry {
  /** Path below the tree's root, with `/`. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Size of a file; 0 for the other kinds. */
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** Something that could not be looked at; what is below it is not known. */
export interface TreeFailure {
  readonly path: string;
  readonly kind: "failure";
  readonly error: unknown;
}
