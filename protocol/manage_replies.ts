import * as v from "valibot";
import type { EntryKind } from "./replies.ts";

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const digest = v.pipe(v.string(), v.maxLength(200));
const name = v.pipe(v.string(), v.maxLength(4096));
const kind = v.picklist(["file", "folder", "symlink", "other"]);

/** An entry below a folder. */
export interface FoundEntry {
  /** Remote path from root. */
  readonly path: string;
  /** What it is. */
  readonly kind: EntryKind;
  /** Size of a file; 0 for the other kinds. */
  readonly sizeBytes: number;
  /** Modification time, in ms since 1970. */
  readonly modifiedAtMs: number;
}

/** ENTRIES: some of what FIND finds. */
export const EntriesSchema: v.GenericSchema<unknown, { readonly entries: readonly FoundEntry[] }> =
  v
    .object({
      entries: v.array(v.object({ path: name, kind, sizeBytes: size, modifiedAtMs: time })),
    });

/** RESULT of FIND. */
export const FindResultSchema = v.object({
  found: size,
  /** Whether the limit ended the search. */
  isCut: v.boolean(),
});

/** Digest of one file. */
export interface ChecksumResult {
  /** `algorithm:hex`. */
  readonly digest: string;
  /** Size of the file. */
  readonly sizeBytes: number;
  /** Whether the server knew it without reading the file. */
  readonly isCached: boolean;
}

/** RESULT of CHECKSUM. */
export const ChecksumResultSchema: v.GenericSchema<unknown, ChecksumResult> = v.object({
  digest,
  sizeBytes: size,
  isCached: v.boolean(),
});

/** One line of the history. */
export interface HistoryRecord {
  /** Grows with time. */
  readonly id: number;
  /** When it ended, in ms since 1970. */
  readonly atMs: number;
  /** Address of the client. */
  readonly peer: string;
  /** What was done. */
  readonly operation: "upload" | "download" | "rename" | "delete" | "restore" | "mkdir" | "archive";
  /** Remote path. */
  readonly path: string;
  /** The new name, of a rename. */
  readonly target?: string | undefined;
  /** Bytes that moved. */
  readonly bytes: number;
  /** How long it took. */
  readonly seconds: number;
  /** `algorithm:hex`, where there is one. */
  readonly digest?: string | undefined;
  /** `done`, or the name of the error code. */
  readonly outcome: string;
  /** Name of the access token that it was done with, where one was asked for. */
  readonly token?: string | undefined;
}

/** RESULT of HISTORY. */
export const HistoryResultSchema: v.GenericSchema<
  unknown,
  { readonly records: readonly HistoryRecord[]; readonly hasMore: boolean }
> = v.object({
  records: v.array(v.object({
    id: size,
    atMs: time,
    peer: v.pipe(v.string(), v.maxLength(200)),
    operation: v.picklist([
      "upload",
      "download",
      "rename",
      "delete",
      "restore",
      "mkdir",
      "archive",
    ]),
    path: name,
    target: v.optional(name),
    bytes: size,
    seconds: v.number(),
    digest: v.optional(digest),
    outcome: v.pipe(v.string(), v.maxLength(100)),
    token: v.optional(v.pipe(v.string(), v.maxLength(100))),
  })),
  hasMore: v.boolean(),
});

/** One entry of the trash. */
export interface TrashEntry {
  /** What RESTORE takes. */
  readonly id: string;
  /** Where it was. */
  readonly path: string;
  /** What it is. */
  readonly kind: EntryKind;
  /** Size of a file; 0 for the other kinds. */
  readonly sizeBytes: number;
  /** When it was deleted, in ms since 1970. */
  readonly deletedAtMs: number;
}

/** RESULT of TRASH. */
export const TrashResultSchema: v.GenericSchema<
  unknown,
  { readonly entries: readonly TrashEntry[]; readonly hasMore: boolean }
> = v.object({
  entries: v.array(v.object({
    id: v.pipe(v.string(), v.maxLength(100)),
    path: name,
    kind,
    sizeBytes: size,
    deletedAtMs: time,
  })),
  hasMore: v.boolean(),
});

/** What became of a restored entry. */
export interface RestoreResult {
  /** What became of the name. */
  readonly outcome: "created" | "replaced" | "skipped";
  /** Where it is now. */
  readonly path: string;
}

/** RESULT of RESTORE. */
export const RestoreResultSchema: v.GenericSchema<unknown, RestoreResult> = v.object({
  outcome: v.picklist(["created", "replaced", "skipped"]),
  path: name,
});

/** RESULT of EMPTY_TRASH. */
export const EmptyTrashResultSchema = v.object({ removed: size });

/** RESULT of PUBLISH: one line for each staged upload, in the order of their COMMITs. */
export const PublishResultSchema = v.object({
  files: v.array(v.object({
    /** Path that the PUT asked for. */
    wanted: name,
    outcome: v.optional(v.picklist(["created", "replaced", "skipped"])),
    /** Where it is now. */
    path: v.optional(name),
    /** Why it was not published. */
    error: v.optional(v.object({
      code: v.pipe(v.number(), v.integer()),
      message: v.pipe(v.string(), v.maxLength(16 * 1024)),
      errorId: v.optional(v.pipe(v.string(), v.maxLength(100))),
    })),
  })),
});

export type FindResult = v.InferOutput<typeof FindResultSchema>;
export type PublishResult = v.InferOutput<typeof PublishResultSchema>;
