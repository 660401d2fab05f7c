// @ts-check
/** The queue of uploads as data. All functions give a new queue. */

/** @typedef {import("../types.js").UploadItem} UploadItem */
/** @typedef {import("../types.js").UploadState} UploadState */

/** Uploads at the same time; a browser has six connections to one host, and the page needs some. */
export const MAX_RUNNING = 3;

/** With small ones among them, which give their connection back at once. */
export const MAX_RUNNING_SMALL = 5;

/** A file up to this size goes in one request, and is not worth resuming. */
export const SMALL_BYTES = 256 * 1024;

/** Files that one queue holds; a drop of more is refused rather than frozen on. */
export const MAX_QUEUED_FILES = 50_000;

/**
 * @param {number} id
 * @param {string} path
 * @param {number} sizeBytes
 * @returns {UploadItem}
 */
export function newUpload(id, path, sizeBytes) {
  return {
    id,
    path,
    sizeBytes,
    sentBytes: 0,
    bytesPerSecond: 0,
    state: "queued",
    onConflict: "error",
    note: "",
  };
}

/**
 * @param {readonly UploadItem[]} items
 * @param {number} id
 * @param {Partial<UploadItem>} change
 * @returns {readonly UploadItem[]} The same queue when there is no such upload.
 */
export function changeUpload(items, id, change) {
  const at = positionOf(items, id);
  const item = items[at];
  return item === undefined ? items : items.with(at, { ...item, ...change });
}

/** @param {readonly UploadItem[]} items @param {number} id @returns {UploadItem | undefined} */
export function findUpload(items, id) {
  return items[positionOf(items, id)];
}

/**
 * @param {readonly UploadItem[]} items
 * @returns {UploadItem | undefined} The upload that may begin now.
 */
export function nextToStart(items) {
  let running = 0;
  /** @type {UploadItem | undefined} */
  let next;
  for (const item of items) {
    if (item.state === "running" || item.state === "waiting") running += 1;
    if (item.state === "queued" && next === undefined) next = item;
  }
  const most = next !== undefined && next.sizeBytes <= SMALL_BYTES
    ? MAX_RUNNING_SMALL
    : MAX_RUNNING;
  return running < most ? next : undefined;
}

/** @param {UploadState} state @returns {boolean} Whether the upload still wants to go on. */
export function isActive(state) {
  return state === "queued" || state === "running" || state === "waiting";
}

/**
 * Sums up the queue.
 *
 * @param {readonly UploadItem[]} items
 * @returns {{count: number, done: number, failed: number, active: number, paused: number,
 *   conflicts: number, totalBytes: number, sentBytes: number, bytesPerSecond: number,
 *   secondsLeft: number}} `secondsLeft` is NaN when unknown.
 */
export function sumUploads(items) {
  const sum = {
    count: items.length,
    done: 0,
    failed: 0,
    active: 0,
    paused: 0,
    conflicts: 0,
    totalBytes: 0,
    sentBytes: 0,
    bytesPerSecond: 0,
    secondsLeft: Number.NaN,
  };
  for (const item of items) {
    sum.totalBytes += item.sizeBytes;
    sum.sentBytes += item.sentBytes;
    if (item.state === "done") sum.done += 1;
    if (item.state === "failed") sum.failed += 1;
    if (item.state === "paused") sum.paused += 1;
    if (item.state === "conflict") sum.conflicts += 1;
    if (isActive(item.state)) sum.active += 1;
    if (item.state === "running") sum.bytesPerSecond += item.bytesPerSecond;
  }
  if (sum.bytesPerSecond > 0) {
    sum.secondsLeft = (sum.totalBytes - sum.sentBytes) / sum.bytesPerSecond;
  }
  return sum;
}

/**
 * Ids only grow along the queue, so a search by halves finds one among thousands.
 *
 * @param {readonly UploadItem[]} items
 * @param {number} id
 * @returns {number} -1 when there is none.
 */
function positionOf(items, id) {
  let [low, high] = [0, items.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = items[middle]?.id ?? Number.POSITIVE_INFINITY;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
