import { FrameType } from "#protocol/frame.ts";

/** What it is called, its type, and its payload around a name. */
export type NameRequest = readonly [string, FrameType, (path: string) => unknown];

/** Each request and each of its keys that takes a name. */
export const NAME_REQUESTS: readonly NameRequest[] = [
  ["LIST path", FrameType.LIST, (path) => ({ path })],
  ["LIST after", FrameType.LIST, (after) => ({ path: "", after })],
  ["STAT path", FrameType.STAT, (path) => ({ path })],
  ["GET path", FrameType.GET, (path) => ({ path })],
  ["PUT path", FrameType.PUT, (path) => ({ path, sizeBytes: 0 })],
  ["PUT over", FrameType.PUT, (path) => ({ path, sizeBytes: 0, onConflict: "overwrite" })],
  ["PUT below", FrameType.PUT, (path) => ({ path, sizeBytes: 0, makeParents: true })],
  ["PUT staged", FrameType.PUT, (path) => ({ path, sizeBytes: 0, stage: true })],
  ["PUT resumed", FrameType.PUT, (path) => ({ path, sizeBytes: 9, resume: true })],
  ["PUT session", FrameType.PUT, (session) => ({ path: "f", sizeBytes: 9, session })],
  ["RENAME from", FrameType.RENAME, (from) => ({ from, to: "taken" })],
  ["RENAME to", FrameType.RENAME, (to) => ({ from: "file", to })],
  ["DELETE path", FrameType.DELETE, (path) => ({ path })],
  ["DELETE for good", FrameType.DELETE, (path) => ({ path, permanent: true })],
  ["MKDIR path", FrameType.MKDIR, (path) => ({ path })],
  ["MKDIR parents", FrameType.MKDIR, (path) => ({ path, parents: true })],
  ["FIND path", FrameType.FIND, (path) => ({ path })],
  ["FIND pattern", FrameType.FIND, (pattern) => ({ path: "", pattern })],
  ["CHECKSUM path", FrameType.CHECKSUM, (path) => ({ path })],
  ["HISTORY pattern", FrameType.HISTORY, (pattern) => ({ pattern })],
  ["TRASH after", FrameType.TRASH, (after) => ({ after })],
  ["RESTORE id", FrameType.RESTORE, (id) => ({ id })],
  ["RESTORE path", FrameType.RESTORE, (path) => ({ id: "none", path })],
  ["EMPTY_TRASH ids", FrameType.EMPTY_TRASH, (id) => ({ ids: [id] })],
  ["ARCHIVE path", FrameType.ARCHIVE, (path) => ({ path, format: "tar" })],
  ["ARCHIVE names", FrameType.ARCHIVE, (name) => ({ path: "", format: "zip", names: [name] })],
];

/** Keys that hold something else than a path: what they name is not there, or stands for itself. */
export const NO_PATHS = /after|session|pattern|RESTORE id|ids/;
