// @ts-check
/** The page with the keyboard alone; docs/web.md §7 has the table. */

import { folderRoute, routeAbove } from "../state/route.js";
import { mayDelete, mayWrite } from "../state/rights.js";
import { clearSelection, moveActive, selectAll, toggleRow } from "../state/selection.js";
import { downloadRows } from "./manage.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../types.js").Row} Row */

const FILTER_FIELD = "filter";

/** Keys that work wherever the focus is. @param {App} app */
export function listenToKeys(app) {
  addEventListener("keydown", (event) => {
    const { dialog, session } = app.store.state;
    if (dialog !== null || session.isAsked || isTyping(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") focusFilter();
    else if (event.key === "?") app.store.set({ dialog: { kind: "shortcuts" } });
    else return;
    event.preventDefault();
  });
}

/**
 * Keys on the list.
 *
 * @param {App} app
 * @param {KeyboardEvent} event
 * @param {number} pageRows Rows that fit into view.
 */
export function handleListKey(app, event, pageRows) {
  if (isTyping(event.target) || event.target !== event.currentTarget) return;
  const isHandled = moveKey(app, event, pageRows) || actKey(app, event);
  if (isHandled) event.preventDefault();
  else if (isLetter(event)) focusFilter();
}

/** @param {App} app @param {KeyboardEvent} event @param {number} pageRows @returns {boolean} */
function moveKey(app, event, pageRows) {
  /** @type {Readonly<Record<string, number>>} */
  const deltas = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -pageRows,
    PageDown: pageRows,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  };
  const delta = deltas[event.key];
  if (delta === undefined || event.altKey) return false;
  const order = app.browser.rows.map((row) => row.key);
  const how = { isRange: event.shiftKey, isKept: event.ctrlKey || event.metaKey };
  app.store.set({ selection: moveActive(app.store.state.selection, order, delta, how) });
  return true;
}

/** @param {App} app @param {KeyboardEvent} event @returns {boolean} */
function actKey(app, event) {
  const { store, browser } = app;
  const { selection, route } = store.state;
  const active = browser.rows.find((row) => row.key === selection.active);
  const isControl = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "a":
      if (!isControl) return false;
      store.set({
        selection: selectAll(selection, browser.rows.map((row) => row.key)),
        announcement: `${browser.rows.length} selected`,
      });
      return true;
    case "Enter":
      if (active !== undefined && isControl) downloadRows(app, chosenRows(app, active));
      else if (active !== undefined) openRow(app, active);
      return true;
    case " ":
      if (active !== undefined) store.set({ selection: toggleRow(selection, active.key) });
      return true;
    case "F2":
      if (active !== undefined && route.view !== "trash" && mayWrite(store.state.session)) {
        store.set({ renaming: active.key });
      }
      return true;
    case "Delete":
      if (active !== undefined) askToDelete(app, chosenRows(app, active));
      return true;
    case "Escape":
      if (route.view === "search") leave(app);
      else store.set({ selection: clearSelection(selection), announcement: "Nothing selected" });
      return true;
    case "Backspace":
      leave(app);
      return true;
    default:
      return false;
  }
}

/** Leaves a search, or a folder for the one above. @param {App} app */
function leave(app) {
  const above = routeAbove(app.store.state.route);
  if (above !== null) app.browser.go(above);
}

/** Opens a folder, or shows a file. @param {App} app @param {Row} row */
export function openRow(app, row) {
  if (app.store.state.route.view === "trash") return;
  if (row.kind === "folder") app.browser.go(folderRoute(row.path));
  else app.store.set({ dialog: { kind: "preview", key: row.key } });
}

/** @param {App} app @param {readonly Row[]} rows */
export function askToDelete(app, rows) {
  const { route, session } = app.store.state;
  const isPermanent = route.view === "trash";
  if (rows.length > 0 && mayDelete(session, route)) {
    app.store.set({ dialog: { kind: "delete", rows, isPermanent } });
  }
}

/** @param {App} app @param {Row} row @returns {readonly Row[]} The selection, when the row is part of it. */
export function chosenRows(app, row) {
  return app.store.state.selection.keys.has(row.key) ? app.browser.selectedRows : [row];
}

function focusFilter() {
  document.getElementById(FILTER_FIELD)?.focus();
}

/** @param {KeyboardEvent} event @returns {boolean} */
function isLetter(event) {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  return isPlain && /^[\p{L}\p{N}._-]$/u.test(event.key);
}

/** @param {EventTarget | null} target @returns {boolean} */
function isTyping(target) {
  return target instanceof HTMLElement &&
    target.matches("input, textarea, select, [contenteditable]");
}
