// @ts-check

/** @typedef {import("../types.js").UploadItem} UploadItem */
/** @typedef {import("../types.js").UploadState} UploadState */

/** What needs a look first, then what moves, then what waits, then what is over. */
/** @type {readonly (readonly UploadState[])[]} */
const GROUPS = [["conflict", "failed"], ["running", "waiting"], ["paused"], ["queued"], ["done"]];

/**
 * Orders a queue that is too long to be seen whole; a short one stays as it is, so that nothing moves
 * under the pointer.
 *
 * @param {readonly UploadItem[]} items
 * @param {number} visibleCount How many can be seen at once.
 * @returns {readonly UploadItem[]}
 */
export function orderUploads(items, visibleCount) {
  if (items.length <= visibleCount) return items;
  return GROUPS.flatMap((states) => items.filter((item) => states.includes(item.state)));
}
