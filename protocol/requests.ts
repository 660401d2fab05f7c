import * as v from "valibot";
import { COMPRESSION_MODES } from "./compression_mode.ts";
import {
  CHECKSUM_ALGORITHMS,
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
} from "./digest_algorithm.ts";
import {
  MAX_ARCHIVE_NAMES,
  MAX_LIST_ENTRIES,
  MAX_PATTERN_LENGTH,
  MAX_TOKEN_LENGTH,
  MAX_WATCH_INTERVAL_MS,
  MIN_WATCH_INTERVAL_MS,
} from "./limits.ts";

/** What happens when an upload's name is taken (docs/protocol.md §6.4). */
export const CONFLICT_POLICIES = ["error", "overwrite", "rename", "skip"] as const;

/** What happens when an upload's name is taken. */
export type ConflictPolicy = (typeof CONFLICT_POLICIES)[number];

/** A path as a peer wrote it: still to go through `parseRemotePath`, which also judges its length. */
const path = v.string();
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
// Times before 1970 are legal; the bound is what a Date can hold (ECMA-262 §21.4.1.1).
const time = v.pipe(v.number(), v.finite(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const text = (most: number): v.GenericSchema<string> => v.pipe(v.string(), v.maxLength(most));
const digestAlgorithm = v.picklist(DIGEST_ALGORITHMS);

/** HELLO: the first frame of a client. */
export const HelloSchema = v.object({
  agent: text(200),
  /** Access token, for a server that asks for one. */
  token: v.optional(text(MAX_TOKEN_LENGTH)),
});

/** LIST: one page of a folder, in order of name. */
export const ListSchema = v.object({
  path,
  /** Name behind which the page begins. */
  after: v.optional(text(1024)),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIST_ENTRIES))),
});

/** STAT: one entry. */
export const StatSchema = v.object({ path });

/** GET: bytes of one file. */
export const GetSchema = v.object({
  path,
  offsetBytes: v.optional(size, 0),
  /** Bytes wanted from the offset; to the end when left out. */
  lengthBytes: v.optional(size),
  /** Version that the offset belongs to; any other gives `file_changed`. */
  version: v.optional(text(200)),
  /** Digest of the bytes before the offset as the client has them; a difference gives `checksum_mismatch`. */
  prefixDigest: v.optional(text(200)),
  /** Whole-file digest wanted in the result; `none` for a part of a file. */
  digest: v.optional(v.picklist([...DIGEST_ALGORITHMS, "none"]), "xxh128"),
  /** Whether PACKED frames may come in place of DATA. */
  compress: v.optional(v.picklist(COMPRESSION_MODES), "off"),
});

/** PUT: begins or resumes an upload. */
export const PutSchema = v.object({
  path,
  sizeBytes: size,
  onConflict: v.optional(v.picklist(CONFLICT_POLICIES), "error"),
  /** Whether `sizeBytes` is only the most: the file ends where COMMIT comes. Never continued. */
  isOpenEnded: v.optional(v.boolean(), false),
  /** Whether an unfinished upload of the same path and size may be continued. */
  resume: v.optional(v.boolean(), false),
  /** The upload session to continue; it is taken over from a connection that still holds it. */
  session: v.optional(text(100)),
  algorithm: v.optional(digestAlgorithm, "xxh128"),
  /** Digest that the whole must have, where the client knows it already. */
  digest: v.optional(text(200)),
  /** Modification time to give the file, in ms since 1970. */
  modifiedAtMs: v.optional(time),
  /** Whether missing parent folders are made. */
  makeParents: v.optional(v.boolean(), false),
  /** Whether it waits, verified but without a name, for PUBLISH; only for small new uploads. */
  stage: v.optional(v.boolean(), false),
  /** Whether PACKED frames may come in place of DATA. */
  mayCompress: v.optional(v.boolean(), false),
});

/**
 * COMMIT: all bytes are sent; publish if they are what the client meant. `digest` is left out by a client
 * that never saw the whole: then length and the CRC-32 of each frame are the proof.
 */
export const CommitSchema = v.object({ digest: v.optional(text(200)) });

/** ABORT: ends an upload; `keep` leaves its session for a later resume. */
export const AbortSchema = v.object({ keep: v.optional(v.boolean(), false) });

/** RENAME: never replaces. */
export const RenameSchema = v.object({ from: path, to: path });

/** DELETE: into the trash, or for good. */
export const DeleteSchema = v.object({ path, permanent: v.optional(v.boolean(), false) });

/** MKDIR: `parents` makes missing folders above and accepts one that is there. */
export const MkdirSchema = v.object({
  path,
  parents: v.optional(v.boolean(), false),
  /** Modification time to give the folder, in ms since 1970. */
  modifiedAtMs: v.optional(time),
});

/** FIND: entries below a folder, streamed. */
export const FindSchema = v.object({
  path,
  /** Glob or part of a name; all entries when left out. */
  pattern: v.optional(text(MAX_PATTERN_LENGTH)),
  isCaseSensitive: v.optional(v.boolean(), false),
  /** Most entries. */
  limit: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
});

/** CHECKSUM: digest of one file. */
export const ChecksumSchema = v.object({
  path,
  algorithm: v.optional(v.picklist(CHECKSUM_ALGORITHMS), "sha256"),
});

/** HISTORY: what was done, newest first. */
export const HistorySchema = v.object({
  limit: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIST_ENTRIES)),
    100,
  ),
  /** Id before which the page begins. */
  before: v.optional(size),
  /** Only what failed. */
  failed: v.optional(v.boolean(), false),
  /** Glob or part of a name. */
  pattern: v.optional(text(MAX_PATTERN_LENGTH)),
});

/** TRASH: what was deleted, newest first. */
export const TrashSchema = v.object({
  /** Id behind which the page begins. */
  after: v.optional(text(100)),
  limit: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIST_ENTRIES)),
    1000,
  ),
});

/** RESTORE: brings an entry back from the trash. */
export const RestoreSchema = v.object({
  id: text(100),
  /** Where to; where it was when left out. */
  path: v.optional(path),
  onConflict: v.optional(v.picklist(CONFLICT_POLICIES), "error"),
});

/** EMPTY_TRASH: removes entries of the trash for good. */
export const EmptyTrashSchema = v.object({
  /** Which; all when left out. */
  ids: v.optional(v.pipe(v.array(text(100)), v.maxLength(500))),
});

/** ARCHIVE: a folder, or some of its entries, as one stream. */
export const ArchiveSchema = v.object({
  path,
  format: v.picklist(["zip", "tar"]),
  /** Which entries of the folder; the folder itself when left out. */
  names: v.optional(v.pipe(v.array(text(255)), v.minLength(1), v.maxLength(MAX_ARCHIVE_NAMES))),
  /** Whether PACKED frames may come in place of DATA. */
  compress: v.optional(v.picklist(COMPRESSION_MODES), "off"),
});

/** WATCH: the server's live state, again and again. */
export const WatchSchema = v.object({
  /** Time between two snapshots, in ms. */
  intervalMs: v.pipe(
    v.number(),
    v.safeInteger(),
    v.minValue(MIN_WATCH_INTERVAL_MS),
    v.maxValue(MAX_WATCH_INTERVAL_MS),
  ),
});

/** Payload of each request that carries one, after validation. */
export type HelloRequest = v.InferOutput<typeof HelloSchema>;
export type ListRequest = v.InferOutput<typeof ListSchema>;
export type StatRequest = v.InferOutput<typeof StatSchema>;
export type GetRequest = v.InferOutput<typeof GetSchema>;
export type PutRequest = v.InferOutput<typeof PutSchema>;
export type CommitRequest = v.InferOutput<typeof CommitSchema>;
export type AbortRequest = v.InferOutput<typeof AbortSchema>;
export type RenameRequest = v.InferOutput<typeof RenameSchema>;
export type DeleteRequest = v.InferOutput<typeof DeleteSchema>;
export type MkdirRequest = v.InferOutput<typeof MkdirSchema>;
export type FindRequest = v.InferOutput<typeof FindSchema>;
export type ChecksumRequest = v.InferOutput<typeof ChecksumSchema>;
export type HistoryRequest = v.InferOutput<typeof HistorySchema>;
export type TrashRequest = v.InferOutput<typeof TrashSchema>;
export type RestoreRequest = v.InferOutput<typeof RestoreSchema>;
export type EmptyTrashRequest = v.InferOutput<typeof EmptyTrashSchema>;
export type ArchiveRequest = v.InferOutput<typeof ArchiveSchema>;

/** What a request looks like before defaults are filled in. */
export type GetInput = v.InferInput<typeof GetSchema>;
export type PutInput = v.InferInput<typeof PutSchema>;
export type ListInput = v.InferInput<typeof ListSchema>;

export type { DigestAlgorithm };
