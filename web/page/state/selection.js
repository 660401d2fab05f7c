// @ts-check
/** Which rows are selected and where the keyboard is. All functions give a new selection. */

/** @typedef {import("../types.js").Selection} Selection */

/** @type {Selection} */
export const NO_SELECTION = { keys: new Set(), anchor: null, active: null };

/**
 * A click or tap on a row.
 *
 * @param {Selection} selection
 * @param {readonly string[]} order All keys as they are shown.
 * @param {string} key
 * @param {{isRange?: boolean, isToggle?: boolean}} [how] Shift and Ctrl.
 * @returns {Selection}
 */
export function clickRow(selection, order, key, how = {}) {
  if (how.isRange) return extendTo(selection, order, key);
  if (how.isToggle) return toggleRow(selection, key);
  return { keys: new Set([key]), anchor: key, active: key };
}

/** @param {Selection} selection @param {string} key @returns {Selection} */
export function toggleRow(selection, key) {
  const keys = new Set(selection.keys);
  if (!keys.delete(key)) keys.add(key);
  return { keys, anchor: key, active: key };
}

/**
 * Moves the keyboard up or down.
 *
 * @param {Selection} selection
 * @param {readonly string[]} order
 * @param {number} delta Rows; infinite for an end.
 * @param {{isRange?: boolean, isKept?: boolean}} [how] Shift selects the way, Ctrl leaves the selection alone.
 * @returns {Selection}
 */
export function moveActive(selection, order, delta, how = {}) {
  if (order.length === 0) return NO_SELECTION;
  const at = selection.active === null ? -1 : order.indexOf(selection.active);
  const wanted = at < 0 ? (delta > 0 && Number.isFinite(delta) ? 0 : delta) : at + delta;
  const key = order[Math.max(0, Math.min(order.length - 1, wanted))] ?? "";
  if (how.isRange) return extendTo(selection, order, key);
  if (how.isKept) return { ...selection, active: key };
  return { keys: new Set([key]), anchor: key, active: key };
}

/** @param {Selection} selection @param {readonly string[]} order @returns {Selection} */
export function selectAll(selection, order) {
  return { ...selection, keys: new Set(order), active: selection.active ?? order[0] ?? null };
}

/** @param {Selection} selection @returns {Selection} Nothing is selected; the keyboard stays where it is. */
export function clearSelection(selection) {
  return { ...NO_SELECTION, active: selection.active };
}

/**
 * Forgets rows that are gone. The keyboard then stays at the same height.
 *
 * @param {Selection} selection
 * @param {readonly string[]} before All keys as they were shown.
 * @param {readonly string[]} after All keys as they are shown now.
 * @returns {Selection}
 */
export function keepPresent(selection, before, after) {
  const present = new Set(after);
  const keys = new Set([...selection.keys].filter((key) => present.has(key)));
  const anchor = selection.anchor !== null && present.has(selection.anchor)
    ? selection.anchor
    : null;
  return { keys, anchor, active: nearest(selection.active, before, after, present) };
}

/**
 * @param {string | null} active
 * @param {readonly string[]} before
 * @param {readonly string[]} after
 * @param {ReadonlySet<string>} present
 * @returns {string | null}
 */
function nearest(active, before, after, present) {
  if (active === null || present.has(active)) return active;
  const at = Math.max(0, before.indexOf(active));
  return after[Math.min(at, after.length - 1)] ?? null;
}

/** @param {Selection} selection @param {readonly string[]} order @param {string} key @returns {Selection} */
function extendTo(selection, order, key) {
  const anchor = selection.anchor ?? selection.active ?? key;
  const [from, to] = [order.indexOf(anchor), order.indexOf(key)];
  if (from < 0) return { keys: new Set([key]), anchor: key, active: key };
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { keys: new Set(range), anchor, active: key };
}
