// @ts-check

/** What the network's and the gateway's buffers hold on the way to the server, at most. */
const BUFFERED_BYTES = 16 * 1024 * 1024;
/** The server tells each second what has reached it. */
const FIRST_NEWS_MS = 1500;

/** @typedef {{sentBytes: number, bytesPerSecond: number}} Progress */

/**
 * Says how far an upload is. A browser counts what it has handed on, which for a slow server is
 * megabytes more than has arrived; the server's own figure is true, but a second old.
 *
 * @param {Progress} own The browser's figures.
 * @param {Progress | null} told The server's figures, when it has told any.
 * @param {{startBytes: number, elapsedMs: number}} attempt Where this attempt began, and how long ago.
 * @returns {Progress}
 */
export function shownProgress(own, told, { startBytes, elapsedMs }) {
  if (told === null) {
    const isTooEarly = elapsedMs < FIRST_NEWS_MS && own.sentBytes - startBytes <= BUFFERED_BYTES;
    return isTooEarly ? { sentBytes: startBytes, bytesPerSecond: 0 } : own;
  }
  const gap = own.sentBytes - told.sentBytes;
  return gap > 0 && gap <= BUFFERED_BYTES ? told : own;
}
