import { FrameType } from "#protocol/frame.ts";
import { EntriesSchema, FindResultSchema, type FoundEntry } from "#protocol/replies.ts";
import { isWithin, parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import type { Connection } from "./connection.ts";
import { peerError } from "./connection_errors.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import { decodeReply } from "./decode_reply.ts";
import type { DataBatch } from "./exchange.ts";
import { letGo } from "./let_go.ts";
import type { CallOptions } from "./types.ts";

/** Options of a search. */
export interface FindOptions extends CallOptions {
  /**
   * What names are looked for with: a glob when it holds `*`, `?` or `[`, else a part of a name;
   * matched with the path below the folder when it holds a `/`. All entries when left out.
   */
  readonly pattern?: string | undefined;
  /**
   * Whether `A` differs from `a`.
   * @default false
   */
  readonly isCaseSensitive?: boolean | undefined;
  /** Most entries; all when left out. */
  readonly limit?: number | undefined;
  /** Told at the end whether the limit ended the search. */
  readonly onCut?: (() => void) | undefined;
}

/**
 * Finds entries below a folder, at any depth, as the server comes across them. A slow reader slows the
 * server down; one that leaves ends the search.
 *
 * Every path is checked: one that is not below the folder ends the search.
 *
 * @param pool Where the connection comes from; it is held until the end.
 * @param folder Remote path of the folder.
 * @param options What to look for.
 * @returns Entries; a folder before what it holds.
 * @throws {SluiceError} `not_found`, `not_a_folder`, `unreachable` and others.
 */
export async function* findEntries(
  pool: ConnectionPool,
  folder: string,
  options: FindOptions = {},
): AsyncGenerator<FoundEntry, void, void> {
  const path = parseRemotePath(folder);
  for (;;) {
    using lease = await pool.lease({ act: actOf(path), signal: options.signal });
    let hasBegun = false;
    try {
      for await (const entries of search(lease.connection, path, options)) {
        hasBegun = true;
        yield* entries;
      }
      return;
    } catch (error) {
      const isStale = lease.isReused && !hasBegun && !lease.connection.isOpen &&
        error instanceof SluiceError && error.isRetryable;
      if (!isStale) throw error;
    }
  }
}

async function* search(
  connection: Connection,
  path: RemotePath,
  options: FindOptions,
): AsyncGenerator<readonly FoundEntry[], void, void> {
  const { pattern, isCaseSensitive, limit, signal } = options;
  let left = limit ?? Infinity;
  const exchange = connection.request(FrameType.FIND, { path, pattern, isCaseSensitive, limit });
  using _watch = onAbort(signal, () => {
    exchange.abandon(cancelledError(actOf(path), signal));
    connection.sendControl(FrameType.CANCEL, exchange.id);
  });
  let isOver = false;
  try {
    for (;;) {
      const reply = await exchange.next();
      if (reply.kind === "entries") {
        const entries = checkedEntries(path, reply.batch);
        left -= entries.length;
        if (left < 0) throw peerError(connection.server, "it found more than was asked for");
        yield entries;
      } else if (reply.kind === "result") {
        isOver = true;
        if (decodeReply(FindResultSchema, reply.payload).isCut) options.onCut?.();
        return;
      } else {
        throw peerError(connection.server, "it answered a search with something else");
      }
    }
  } catch (error) {
    isOver = true;
    // A server that breaks a rule is not asked to stop in order.
    if (exchange.error === undefined) connection.close();
    throw error;
  } finally {
    if (!isOver && exchange.error === undefined) {
      await letGo(connection, exchange, cancelledError(actOf(path)));
    }
  }
}

/** Decodes and gives the buffer back, so that the next entries are read while these are used. */
function checkedEntries(folder: RemotePath, batch: DataBatch): readonly FoundEntry[] {
  try {
    return batch.frames.flatMap(({ payloadAt, payloadBytes }) => {
      const payload = batch.bytes.subarray(payloadAt, payloadAt + payloadBytes);
      const { entries } = decodeReply(EntriesSchema, payload);
      for (const entry of entries) checkPath(folder, entry.path);
      return entries;
    });
  } finally {
    batch.release();
  }
}

function checkPath(folder: RemotePath, path: string): void {
  let cause: unknown;
  try {
    const parsed = parseRemotePath(path);
    if (parsed !== folder && isWithin(parsed, folder)) return;
  } catch (error) {
    cause = error;
  }
  const message = `Cannot ${actOf(folder)}: the server sent a path that is not below it`;
  throw new SluiceError("protocol_error", message, { cause });
}

function actOf(path: RemotePath): string {
  return `search "${path}"`;
}
