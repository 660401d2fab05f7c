import * as v from "valibot";
import { ACCESS_ROLES } from "./access_role.ts";
import { answererEntries, type ServerProcesses } from "./watch_reply.ts";

export * from "./manage_replies.ts";
export * from "./watch_reply.ts";

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const digest = v.pipe(v.string(), v.maxLength(200));
const name = v.pipe(v.string(), v.maxLength(4096));

const kind = v.picklist(["file", "folder", "symlink", "other"]);

/** What an entry is. Only files and folders can be opened; the other kinds are shown and refused. */
export type EntryKind = "file" | "folder" | "symlink" | "other";

/** One line of a list. */
export interface Entry {
  /** One component of a path. It may hold anything: escape it before it is shown. */
  readonly name: string;
  /** What it is. */
  readonly kind: EntryKind;
  /** Size of a file; 0 for the other kinds. */
  readonly sizeBytes: number;
  /** Modification time, in ms since 1970. */
  readonly modifiedAtMs: number;
}

/** What the server says of one entry. */
export interface StatResult {
  /** Remote path. */
  readonly path: string;
  /** What it is. */
  readonly kind: EntryKind;
  /** Size of a file; 0 for the other kinds. */
  readonly sizeBytes: number;
  /** Modification time, in ms since 1970. */
  readonly modifiedAtMs: number;
  /** Changes whenever the content does; only good for comparing. */
  readonly version: string;
  /** Digests that the server knows without reading the file, as `algorithm:hex`. */
  readonly digests: readonly string[];
}

/** What became of a deleted entry. */
export interface DeleteResult {
  /** Id in the trash; absent after a permanent delete. */
  readonly trashId?: string | undefined;
}

/** How busy a server is. */
export interface StatusResult {
  /** Program and version. */
  readonly agent: string;
  /** What tells this server from others that serve the same folder; absent when it serves alone. */
  readonly serverName?: string | undefined;
  /** Absent when the server is one process. */
  readonly processes?: ServerProcesses | undefined;
  /** Time since it started, in s. */
  readonly uptimeSeconds: number;
  /** Open connections. */
  readonly connections: number;
  /** Most open connections. */
  readonly maxConnections: number;
  /** Workers that serve a connection, that wait for one, and the most there may be. */
  readonly workers: {
    readonly leased: number;
    readonly idle: number;
    readonly limit: number;
  };
  /** Connections that wait for a worker. */
  readonly waiting: number;
  /** Connections that are being served. */
  readonly transfers: number;
  /** The server's limits on flow; rates in bytes per second, 0 for none. */
  readonly throttle: {
    readonly chunkBytes: number;
    readonly chunkDelayMs: number;
    readonly rate: number;
    readonly ratePerConnection: number;
  };
}

/** WELCOME: the server's first frame, with the limits that hold on this connection. */
export const WelcomeSchema = v.object({
  agent: v.pipe(v.string(), v.maxLength(200)),
  connectionId: v.number(),
  /** What this connection may do. */
  role: v.optional(v.picklist(ACCESS_ROLES), "admin"),
  /** Methods of compression that the server takes and gives; none for one that knows of none. */
  compression: v.optional(v.array(v.pipe(v.string(), v.maxLength(100))), []),
  limits: v.object({
    dataBytes: size,
    requestBytes: size,
    pathBytes: size,
    nameBytes: size,
    pathDepth: size,
    listEntries: size,
    initialWindowBytes: size,
    idleTimeoutMs: size,
    /** Bytes per second that a transfer has at most; 0 for no limit. */
    rate: v.optional(size, 0),
  }),
});

/** One line of a list. */
export const EntrySchema: v.GenericSchema<unknown, Entry> = v.object({
  name,
  kind,
  sizeBytes: size,
  modifiedAtMs: time,
});

/** RESULT of LIST. */
export const ListResultSchema = v.object({
  entries: v.array(EntrySchema),
  /** Whether names follow behind the last one of this page. */
  hasMore: v.boolean(),
});

/** RESULT of STAT and of a published upload. */
export const StatResultSchema: v.GenericSchema<unknown, StatResult> = v.object({
  path: name,
  kind,
  sizeBytes: size,
  modifiedAtMs: time,
  /** Changes whenever the content does; only good for comparing. */
  version: v.pipe(v.string(), v.maxLength(200)),
  /** Digests that the server knows without reading the file. */
  digests: v.array(digest),
});

/** READY of GET. */
export const GetReadySchema = v.object({
  sizeBytes: size,
  modifiedAtMs: time,
  version: v.pipe(v.string(), v.maxLength(200)),
  offsetBytes: size,
  lengthBytes: size,
});

/** RESULT of GET. */
export const GetResultSchema = v.object({ digest: v.optional(digest) });

/** READY of PUT. */
export const PutReadySchema = v.object({
  session: v.pipe(v.string(), v.maxLength(100)),
  /** Bytes that the server already has. */
  offsetBytes: size,
  /** Digest of those bytes, when there are any. */
  prefixDigest: v.optional(digest),
  /** Most bytes that may be sent ahead of the last ACK. */
  windowBytes: size,
  /** DATA payload size that suits the server's throttle. */
  chunkBytes: size,
});

/** RESULT of PUT, once published or skipped. */
export const PutResultSchema = v.object({
  outcome: v.picklist(["created", "replaced", "skipped", "staged"]),
  /** Where the file is now; with the policy `rename` not always where it was meant to be. */
  path: name,
  sizeBytes: size,
  digest: v.optional(digest),
});

/** RESULT of DELETE. */
export const DeleteResultSchema: v.GenericSchema<unknown, DeleteResult> = v.object({
  /** Id in the trash; absent after a permanent delete. */
  trashId: v.optional(v.pipe(v.string(), v.maxLength(100))),
});

/** RESULT of STATUS. */
export const StatusResultSchema: v.GenericSchema<unknown, StatusResult> = v.object({
  agent: v.string(),
  ...answererEntries,
  uptimeSeconds: v.number(),
  connections: size,
  maxConnections: size,
  workers: v.object({ leased: size, idle: size, limit: size }),
  waiting: size,
  transfers: size,
  throttle: v.object({
    chunkBytes: size,
    chunkDelayMs: v.number(),
    rate: size,
    ratePerConnection: size,
  }),
});

/** QUEUED: all workers are taken; `position` 1 is served next. */
export const QueuedSchema = v.object({ position: size });

/** PROGRESS: what the server does before it can answer. */
export const ProgressSchema = v.object({
  phase: v.picklist(["hashing", "syncing"]),
  doneBytes: size,
  totalBytes: size,
});

/** ERROR: why a request, or with id 0 the connection, failed. */
export const ErrorSchema = v.object({
  code: v.pipe(v.number(), v.integer()),
  name: v.pipe(v.string(), v.maxLength(100)),
  message: v.pipe(v.string(), v.maxLength(16 * 1024)),
  errorId: v.optional(v.pipe(v.string(), v.maxLength(100))),
});

export type Welcome = v.InferOutput<typeof WelcomeSchema>;
export type ListResult = v.InferOutput<typeof ListResultSchema>;
export type GetReady = v.InferOutput<typeof GetReadySchema>;
export type GetResult = v.InferOutput<typeof GetResultSchema>;
export type PutReady = v.InferOutput<typeof PutReadySchema>;
export type PutResult = v.InferOutput<typeof PutResultSchema>;
export type Queued = v.InferOutput<typeof QueuedSchema>;
export type Progress = v.InferOutput<typeof ProgressSchema>;
export type ErrorReply = v.InferOutput<typeof ErrorSchema>;
