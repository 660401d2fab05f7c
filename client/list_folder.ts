import { FrameType } from "#protocol/frame.ts";
import { type Entry, type ListResult, ListResultSchema } from "#protocol/replies.ts";
import {
  joinRemotePath,
  parseRemoteName,
  parseRemotePath,
  type RemotePath,
} from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { onAbort } from "./abort.ts";
import { callServer } from "./call.ts";
import type { ConnectionPool } from "./connection_pool.ts";

/**
 * Lists a folder page by page; the next page is on its way while the last one is looked at.
 *
 * Every name is checked before it is handed out: a name that could lead elsewhere, or a page that
 * does not go on behind the one before, ends the list.
 *
 * @param pool Where connections come from; none is held while the caller looks at entries.
 * @param folder Remote path of the folder.
 * @param signal Ends the list.
 * @returns Entries in the order of the UTF-16 code units of their names.
 * @throws {SluiceError} `not_found`, `not_a_folder`, `protocol_error` and others.
 */
export async function* listFolder(
  pool: ConnectionPool,
  folder: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Entry, void, void> {
  const path = parseRemotePath(folder);
  const leaving = new AbortController();
  using _watch = onAbort(signal, () => leaving.abort(signal?.reason));
  const fetchPage = (after?: string): Promise<ListResult> =>
    keepQuiet(requestPage(pool, path, after, leaving.signal));
  let page = fetchPage();
  try {
    let last = "";
    for (;;) {
      const { entries, hasMore } = await page;
      checkNames(path, entries, last);
      last = entries.at(-1)?.name ?? last;
      if (hasMore && entries.length === 0) throw refuse(path, "it sent an empty page");
      if (hasMore) page = fetchPage(last);
      yield* entries;
      if (!hasMore) return;
    }
  } finally {
    leaving.abort();
    await page.catch(() => {}); // Whoever leaves early does not want the next page.
  }
}

function requestPage(
  pool: ConnectionPool,
  path: RemotePath,
  after: string | undefined,
  signal: AbortSignal,
): Promise<ListResult> {
  return callServer(pool, {
    act: `list "${path}"`,
    type: FrameType.LIST,
    payload: { path, after },
    schema: ListResultSchema,
    isRepeatable: true,
    signal,
  });
}

function checkNames(path: RemotePath, entries: readonly Entry[], after: string): void {
  let last = after;
  for (const { name } of entries) {
    if (name <= last) throw refuse(path, "it sent names out of order");
    checkName(path, name);
    last = name;
  }
}

function checkName(path: RemotePath, name: string): void {
  try {
    // Joined to its folder, since ".sluice" is an ordinary name below root.
    if (name.includes("/")) parseRemoteName(name);
    joinRemotePath(path, name);
  } catch (cause) {
    throw refuse(path, "it sent a name that is not allowed", cause);
  }
}

function refuse(path: RemotePath, why: string, cause?: unknown): SluiceError {
  return new SluiceError(
    "protocol_error",
    `Cannot list "${path}": the server broke a rule: ${why}`,
    {
      cause,
    },
  );
}

/** Lets a promise fail before anyone waits for it; whoever does gets the error. */
function keepQuiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
