/** First six bytes of both prefaces: ASCII `SLUICE` (docs/protocol.md §2). */
export const MAGIC: Uint8Array = new Uint8Array([0x53, 0x4c, 0x55, 0x49, 0x43, 0x45]);

/** The one protocol version that this code speaks. */
export const PROTOCOL_VERSION = 1;

/** What this program calls itself in hello and welcome. */
export const AGENT = "sluice/0.1.0";

/** Bytes of a preface: magic and version. */
export const PREFACE_BYTES = 8;

/** Bytes of a frame header (docs/protocol.md §3). */
export const HEADER_BYTES = 16;

/** Most bytes of one DATA payload. */
export const MAX_DATA_BYTES = 1024 * 1024;

/** Most bytes of a control payload that a client may send. */
export const MAX_REQUEST_BYTES = 64 * 1024;

/** Most bytes of a control payload that a server may send. */
export const MAX_REPLY_BYTES = 1024 * 1024;

/** Most bytes of one component of a remote path, in UTF-8. */
export const MAX_NAME_BYTES = 255;

/** Most bytes of a remote path, in UTF-8. */
export const MAX_PATH_BYTES = 3072;

/** Most components of a remote path. */
export const MAX_PATH_DEPTH = 128;

/** Most entries in one page of a list. */
export const MAX_LIST_ENTRIES = 2000;

/** Most entries of a folder that one archive may be asked to hold by their names. */
export const MAX_ARCHIVE_NAMES = 2000;

/** Most characters of a pattern that names are matched with. */
export const MAX_PATTERN_LENGTH = 256;

/** Most uploads of one connection that may be staged before they are published together. */
export const MAX_STAGED_UPLOADS = 512;

/** Most bytes of a file that may be staged. */
export const MAX_STAGED_BYTES: number = 256 * 1024;

/** Least time between two snapshots of a WATCH, in ms. */
export const MIN_WATCH_INTERVAL_MS = 100;

/** Most time between two snapshots of a WATCH, in ms. */
export const MAX_WATCH_INTERVAL_MS = 60_000;

/** Most connections that a snapshot tells of one by one. */
export const MAX_SNAPSHOT_OPERATIONS = 200;

/** Most bytes of a ping payload. */
export const MAX_PING_BYTES = 64;

/** Most characters of an access token that are looked at; a whole one has 55. */
export const MAX_TOKEN_LENGTH = 200;

/** Bytes of an upload that a client may send before the server says READY. */
export const INITIAL_WINDOW_BYTES = 256 * 1024;

/** Largest file or offset that the protocol can name: 2^53 - 1. */
export const MAX_FILE_BYTES: number = Number.MAX_SAFE_INTEGER;

/** The port that server and client use when none is given. */
export const DEFAULT_PORT = 9999;

/** Name of the state folder inside root; never visible to clients. */
export const STATE_FOLDER = ".sluice";
