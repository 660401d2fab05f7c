// @ts-check
import { call } from "./call.js";
import { joinPath, lastName } from "../state/remote_path.js";

/** @typedef {import("../types.js").Row} Row */

const PAGE_ENTRIES = 2000;

/** More names than this in one folder are not shown: filtering and sorting them would stall. */
export const MAX_ROWS = 200_000;

/**
 * Reads a folder page by page.
 *
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {(rows: readonly Row[]) => void} onPage All rows so far, after each page but the last.
 * @returns {Promise<{rows: readonly Row[], isCut: boolean}>}
 */
export function readFolder(path, signal, onPage) {
  return readPages((after) => {
    const query = new URLSearchParams({ path, limit: String(PAGE_ENTRIES), after });
    if (after === "") query.delete("after");
    return call("GET", `/api/list?${query}`, { signal });
  }, (entry) => ({
    key: entry.name,
    name: entry.name,
    path: joinPath(path, entry.name),
    kind: entry.kind,
    sizeBytes: entry.sizeBytes,
    timeMs: entry.modifiedAtMs,
  }), onPage);
}

/**
 * Reads the trash page by page.
 *
 * @param {AbortSignal} signal
 * @param {(rows: readonly Row[]) => void} onPage
 * @returns {Promise<{rows: readonly Row[], isCut: boolean}>}
 */
export function readTrash(signal, onPage) {
  return readPages((after) => {
    const query = new URLSearchParams({ limit: String(PAGE_ENTRIES), after });
    if (after === "") query.delete("after");
    return call("GET", `/api/trash?${query}`, { signal });
  }, (entry) => ({
    key: entry.id,
    name: lastName(entry.path),
    path: entry.path,
    kind: entry.kind,
    sizeBytes: entry.sizeBytes,
    timeMs: entry.deletedAtMs,
  }), onPage);
}

/**
 * @param {(after: string) => Promise<{entries: any[], hasMore: boolean}>} readPage
 * @param {(entry: any) => Row} toRow
 * @param {(rows: readonly Row[]) => void} onPage
 * @returns {Promise<{rows: readonly Row[], isCut: boolean}>}
 */
async function readPages(readPage, toRow, onPage) {
  /** @type {Row[]} */
  let rows = [];
  for (let after = "";;) {
    const { entries, hasMore } = await readPage(after);
    rows = rows.concat(entries.map(toRow));
    const last = rows.at(-1);
    if (!hasMore || last === undefined) return { rows, isCut: false };
    if (rows.length >= MAX_ROWS) return { rows, isCut: true };
    after = last.key;
    onPage(rows);
  }
}
