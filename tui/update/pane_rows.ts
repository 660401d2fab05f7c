import { dirname } from "node:path";
import type { Pane, PaneEntry, Side } from "../model/pane.ts";
import { clampCursor } from "./list_moves.ts";
import { sortedEntries } from "./pane_sort.ts";

/** The entry that leads to the folder above. */
const UP_ENTRY: PaneEntry = { name: "..", kind: "folder", sizeBytes: 0, modifiedAtMs: 0 };

/**
 * Works out the rows of a pane again, after its entries, order or filter have changed. The cursor
 * stays on its name; when that is gone, at its place.
 */
export function withRows(pane: Pane): Pane {
  const name = entryAtCursor(pane)?.name;
  const rows = rowsOf(pane);
  const found = name === undefined ? -1 : rows.findIndex((row) => row.name === name);
  return { ...pane, rows, cursor: found === -1 ? clampCursor(pane.cursor, rows.length) : found };
}

/** The entry under the cursor, `..` included. */
export function entryAtCursor(pane: Pane): PaneEntry | undefined {
  return pane.rows[pane.cursor];
}

/** Puts the cursor on a name when it is there. */
export function withCursorOn(pane: Pane, name: string | undefined): Pane {
  if (name === undefined) return pane;
  const cursor = pane.rows.findIndex((row) => row.name === name);
  return cursor === -1 ? pane : { ...pane, cursor };
}

/** Whether a folder has one above it. */
export function hasParent(side: Side, folder: string): boolean {
  return side === "server" ? folder !== "" : dirname(folder) !== folder;
}

/** What an operation works on: the selected entries in their order, or else the one under the cursor. */
export function targetsOf(pane: Pane): readonly PaneEntry[] {
  if (pane.selected.size > 0) {
    // Also those that the filter hides.
    return sortedEntries(pane.entries, pane.sort).filter(({ name }) => pane.selected.has(name));
  }
  const entry = entryAtCursor(pane);
  return entry === undefined || entry.name === ".." ? [] : [entry];
}

/** Whether {@linkcode targetsOf} gives anything, without going through the entries. */
export function hasTargets(pane: Pane): boolean {
  const entry = entryAtCursor(pane);
  return pane.selected.size > 0 || entry !== undefined && entry.name !== "..";
}

function rowsOf(pane: Pane): readonly PaneEntry[] {
  const hidesDots = pane.side === "local" && !pane.showsHidden;
  const wanted = pane.filter?.text.toLowerCase() ?? "";
  const rows = sortedEntries(pane.entries, pane.sort).filter(({ name }) =>
    !(hidesDots && name.startsWith(".")) &&
    (wanted === "" || name.toLowerCase().includes(wanted))
  );
  // A filter looks for names: the first one that it finds is then the first row.
  return wanted === "" && hasParent(pane.side, pane.folder) ? [UP_ENTRY, ...rows] : rows;
}
