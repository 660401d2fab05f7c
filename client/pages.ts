import { FrameType } from "#protocol/frame.ts";
import {
  type Entry,
  type HistoryRecord,
  HistoryResultSchema,
  ListResultSchema,
  type TrashEntry,
  TrashResultSchema,
} from "#protocol/replies.ts";
import { joinRemotePath, parseRemoteName, parseRemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { callServer } from "./call.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import type { CallOptions } from "./types.ts";

/** Where a page begins and how long it is at most. */
export interface PageOptions extends CallOptions {
  /** Name, or id in the trash, behind which it begins. */
  readonly after?: string | undefined;
  /**
   * Most entries, up to 2000; the server may end a page earlier.
   * @default 1000
   */
  readonly limit?: number | undefined;
}

/** Which page of the history. */
export interface HistoryPageOptions extends CallOptions {
  /** Id before which it begins. */
  readonly before?: number | undefined;
  /**
   * Most records, up to 2000; the server may end a page earlier.
   * @default 100
   */
  readonly limit?: number | undefined;
  /**
   * Whether only failures are wanted.
   * @default false
   */
  readonly failed?: boolean | undefined;
  /** Glob or part of a name. */
  readonly pattern?: string | undefined;
}

/** One page of a folder or of the trash. */
export interface Page<T> {
  /** In their order. */
  readonly entries: readonly T[];
  /** Whether a page behind the last of these entries has more. */
  readonly hasMore: boolean;
}

/** One page of the history. */
export interface HistoryPage {
  /** Newest first. */
  readonly records: readonly HistoryRecord[];
  /** Whether there are older records. */
  readonly hasMore: boolean;
}

/** Lists one page of a folder; each name is checked. */
export async function listPage(
  pool: ConnectionPool,
  folder: string,
  { after, limit, signal }: PageOptions,
): Promise<Page<Entry>> {
  const path = parseRemotePath(folder);
  const page = await callServer(pool, {
    act: `list "${path}"`,
    type: FrameType.LIST,
    payload: { path, after, limit },
    schema: ListResultSchema,
    isRepeatable: true,
    signal,
  });
  let last = after ?? "";
  for (const { name } of page.entries) {
    if (name <= last) throw broken(`list "${path}"`, "names out of order");
    try {
      // Joined to its folder, since ".sluice" is an ordinary name below root.
      if (name.includes("/")) parseRemoteName(name);
      joinRemotePath(path, name);
    } catch (cause) {
      throw broken(`list "${path}"`, "a name that is not allowed", cause);
    }
    last = name;
  }
  if (page.hasMore && page.entries.length === 0) throw broken(`list "${path}"`, "an empty page");
  return page;
}

/** Lists one page of the trash, newest first. */
export async function trashPage(
  pool: ConnectionPool,
  { after, limit, signal }: PageOptions,
): Promise<Page<TrashEntry>> {
  return await callServer(pool, {
    act: "list the trash",
    type: FrameType.TRASH,
    payload: { after, limit },
    schema: TrashResultSchema,
    isRepeatable: true,
    signal,
  });
}

/** Reads one page of the history, newest first. */
export async function historyPage(
  pool: ConnectionPool,
  { before, limit, failed, pattern, signal }: HistoryPageOptions,
): Promise<HistoryPage> {
  return await callServer(pool, {
    act: "read the history",
    type: FrameType.HISTORY,
    payload: { limit, before, failed: failed ?? false, pattern },
    schema: HistoryResultSchema,
    isRepeatable: true,
    signal,
  });
}

function broken(act: string, what: string, cause?: unknown): SluiceError {
  return new SluiceError("protocol_error", `Cannot ${act}: the server sent ${what}`, { cause });
}
