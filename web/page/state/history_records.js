// @ts-check

/** @typedef {import("../types.js").HistoryRecord} HistoryRecord */

/** More than anybody scrolls through; older ones can be asked for again. */
export const MAX_HISTORY_RECORDS = 1000;

/**
 * Puts records together, newest first, each once.
 *
 * @param {readonly HistoryRecord[]} known
 * @param {readonly HistoryRecord[]} more In any order.
 * @returns {readonly HistoryRecord[]}
 */
export function mergeHistory(known, more) {
  const byId = new Map([...known, ...more].map((record) => [record.id, record]));
  return [...byId.values()].sort((one, other) => other.id - one.id).slice(0, MAX_HISTORY_RECORDS);
}
