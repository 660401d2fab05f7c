import type { ChecksumAlgorithm } from "#protocol/digest_algorithm.ts";
import { FrameType } from "#protocol/frame.ts";
import {
  type ChecksumResult,
  ChecksumResultSchema,
  EmptyTrashResultSchema,
  type HistoryRecord,
  HistoryResultSchema,
  type Progress,
  type RestoreResult,
  RestoreResultSchema,
  type TrashEntry,
  TrashResultSchema,
} from "#protocol/replies.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { callServer } from "./call.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import type { CallOptions } from "./types.ts";

/** Records asked for at a time. */
const HISTORY_PAGE = 500;
/** Ids of the trash that one request may carry. */
const MOST_IDS = 500;

/** Options of a checksum. */
export interface ChecksumOptions extends CallOptions {
  /**
   * Which checksum.
   * @default "sha256"
   */
  readonly algorithm?: ChecksumAlgorithm | undefined;
  /** Told now and then how far the server has read. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/** Options of the history. */
export interface HistoryOptions extends CallOptions {
  /** Most records; all when left out. */
  readonly limit?: number | undefined;
  /**
   * Whether only failures are wanted.
   * @default false
   */
  readonly failed?: boolean | undefined;
  /** Glob or part of a name. */
  readonly pattern?: string | undefined;
}

/** Options of a restore. */
export interface RestoreOptions extends CallOptions {
  /** Where to; where it was when left out. */
  readonly path?: string | undefined;
  /**
   * What to do when the name is taken.
   * @default "error"
   */
  readonly onConflict?: ConflictPolicy | undefined;
}

/** Asks for the checksum of one file, which the server computes. */
export async function checksumOf(
  pool: ConnectionPool,
  path: string,
  options: ChecksumOptions,
): Promise<ChecksumResult> {
  const parsed = parseRemotePath(path);
  const { algorithm = "sha256", onProgress, signal } = options;
  const result = await callServer(pool, {
    act: `compute the checksum of "${parsed}"`,
    type: FrameType.CHECKSUM,
    payload: { path: parsed, algorithm },
    schema: ChecksumResultSchema,
    isRepeatable: true,
    signal,
    listener: {
      onProgress: ({ doneBytes, totalBytes }: Progress) => onProgress?.(doneBytes, totalBytes),
    },
  });
  if (new RegExp(`^${algorithm}:[0-9a-f]{8,64}$`).test(result.digest)) return result;
  throw new SluiceError("protocol_error", `Cannot read the checksum of "${parsed}": it is none`);
}

/** Reads the history page by page, newest first. */
export async function* historyOf(
  pool: ConnectionPool,
  options: HistoryOptions,
): AsyncGenerator<HistoryRecord, void, void> {
  let left = options.limit ?? Infinity;
  let before: number | undefined;
  while (left > 0) {
    const { records, hasMore } = await callServer(pool, {
      act: "read the history",
      type: FrameType.HISTORY,
      payload: {
        limit: Math.min(left, HISTORY_PAGE),
        before,
        failed: options.failed ?? false,
        pattern: options.pattern,
      },
      schema: HistoryResultSchema,
      isRepeatable: true,
      signal: options.signal,
    });
    for (const record of records) {
      if (before !== undefined && record.id >= before) throw outOfOrder("history");
      before = record.id;
      if (left-- <= 0) return;
      yield record;
    }
    if (!hasMore) return;
    if (records.length === 0) throw outOfOrder("history");
  }
}

/** Lists the trash page by page, newest first. */
export async function* trashOf(
  pool: ConnectionPool,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrashEntry, void, void> {
  let after: string | undefined;
  for (;;) {
    const { entries, hasMore } = await callServer(pool, {
      act: "list the trash",
      type: FrameType.TRASH,
      payload: { after },
      schema: TrashResultSchema,
      isRepeatable: true,
      signal,
    });
    yield* entries;
    const last = entries.at(-1)?.id;
    if (!hasMore) return;
    if (last === undefined || last === after) throw outOfOrder("trash");
    after = last;
  }
}

/** Brings one entry back from the trash. */
export async function restoreFrom(
  pool: ConnectionPool,
  id: string,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const path = options.path === undefined ? undefined : parseRemotePath(options.path);
  const result = await callServer(pool, {
    act: `restore "${id}"`,
    type: FrameType.RESTORE,
    payload: { id, path, onConflict: options.onConflict ?? "error" },
    schema: RestoreResultSchema,
    isRepeatable: false,
    signal: options.signal,
  });
  return { ...result, path: parseRemotePath(result.path) };
}

/** Removes entries of the trash for good. */
export async function emptyTrashOf(
  pool: ConnectionPool,
  ids: readonly string[] | undefined,
  options: CallOptions,
): Promise<number> {
  const empty = async (some: readonly string[] | undefined): Promise<number> => {
    const { removed } = await callServer(pool, {
      act: "empty the trash",
      type: FrameType.EMPTY_TRASH,
      payload: { ids: some },
      schema: EmptyTrashResultSchema,
      isRepeatable: true,
      signal: options.signal,
    });
    return removed;
  };
  if (ids === undefined) return await empty(undefined);
  let removed = 0;
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    removed += await empty(ids.slice(at, at + MOST_IDS));
  }
  return removed;
}

function outOfOrder(what: string): SluiceError {
  return new SluiceError(
    "protocol_error",
    `Cannot read the ${what}: the server sent it out of order`,
  );
}
