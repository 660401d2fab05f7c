// @ts-check
/** Which rows of a long list exist in the document: those in view and a few around them. */

/** Rows kept ready above and below what is in view, so that a quick scroll shows no gap. */
const OVERSCAN_ROWS = 8;

/**
 * @param {{count: number, rowHeight: number, scrollTop: number, viewHeight: number}} list Pixels.
 * @returns {{first: number, end: number}} Rows `first` up to, not including, `end`.
 */
export function rowWindow({ count, rowHeight, scrollTop, viewHeight }) {
  const top = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const inView = Math.ceil(viewHeight / rowHeight) + 1;
  const first = Math.max(0, Math.min(top, count - inView) - OVERSCAN_ROWS);
  return { first, end: Math.min(count, Math.max(0, top) + inView + OVERSCAN_ROWS) };
}

/**
 * Gives where to scroll so that a row is in view.
 *
 * @param {number} index The row.
 * @param {{rowHeight: number, scrollTop: number, viewHeight: number, headHeight: number}} list
 *   Pixels; the head covers the top of the view.
 * @returns {number} The new scrollTop, or the old one.
 */
export function scrollToShow(index, { rowHeight, scrollTop, viewHeight, headHeight }) {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const lowest = top + rowHeight - (viewHeight - headHeight);
  return lowest > scrollTop ? lowest : scrollTop;
}
