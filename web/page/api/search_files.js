// @ts-check
import { ApiError, readApiError } from "./api_error.js";
import { send } from "./call.js";
import { lastName } from "../state/remote_path.js";

/** @typedef {import("../types.js").Row} Row */

const MOST_FOUND = 2000;
const SHOW_EACH_MS = 200;

/**
 * Searches below a folder and tells what it has found while it goes on.
 *
 * @param {{path: string, pattern: string}} where
 * @param {AbortSignal} signal Ends the search.
 * @param {(rows: readonly Row[]) => void} onFound All rows so far, a few times a second.
 * @returns {Promise<{rows: readonly Row[], isCut: boolean}>}
 * @throws {ApiError} When it fails or its answer is cut off.
 */
export async function searchFiles({ path, pattern }, signal, onFound) {
  const query = new URLSearchParams({ path, pattern, limit: String(MOST_FOUND) });
  const response = await send(`/api/search?${query}`, { signal });
  if (!response.ok || response.body === null) {
    throw readApiError(response.status, await response.text());
  }
  /** @type {Row[]} */
  const rows = [];
  let shownAtMs = performance.now();
  for await (const line of linesOf(response.body)) {
    const { entry, end, error } = JSON.parse(line);
    if (end !== undefined) return { rows, isCut: end.isCut };
    if (error !== undefined) throw new ApiError(error.code, error.message);
    rows.push(toRow(entry));
    if (performance.now() - shownAtMs > SHOW_EACH_MS) {
      onFound([...rows]);
      shownAtMs = performance.now();
    }
  }
  throw new ApiError("unreachable", "The search was cut off");
}

/** @param {any} entry @returns {Row} */
function toRow({ path, kind, sizeBytes, modifiedAtMs }) {
  return { key: path, name: lastName(path), path, kind, sizeBytes, timeMs: modifiedAtMs };
}

/** @param {ReadableStream<Uint8Array>} body @returns {AsyncGenerator<string>} */
async function* linesOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "");
  }
}
