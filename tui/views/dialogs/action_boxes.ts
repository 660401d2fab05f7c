import { type DialogRegion, pageTop } from "../../model/layout.ts";
import type { ActionEntry, Dialog } from "../../model/dialog.ts";
import type { Canvas } from "../canvas.ts";
import { inputText } from "../input_text.ts";
import { cell, fitLine, type Line, retone, segment } from "../line.ts";
import { shownText } from "../shown_text.ts";
import { putBox } from "./box.ts";

/** Columns of an entry's keys. */
const MENU_KEYS = 4;
const HELP_KEYS = 18;

/** Draws the file-management menu: what can be done with the selection, and why not. */
export function putMenu(
  canvas: Canvas,
  dialog: Extract<Dialog, { kind: "menu" }>,
  region: DialogRegion,
  entries: readonly ActionEntry[],
): void {
  putBox(canvas, region.rect, {
    title: "Menu",
    hints: [["Enter", "do"], ["↑↓", "move"], ["Esc", "close"]],
  });
  const top = pageTop(dialog.cursor, region.list.rows);
  putEntries(canvas, region, entries, { top, cursor: dialog.cursor, keyColumns: MENU_KEYS });
}

/** Draws all keys of what has them, narrowed by what is typed. */
export function putHelp(
  canvas: Canvas,
  dialog: Extract<Dialog, { kind: "help" }>,
  region: DialogRegion,
  entries: readonly ActionEntry[],
): void {
  putBox(canvas, region.rect, {
    title: "Keys",
    hints: [["Enter", "do it"], ["↑↓", "move"], ["type", "to filter"], ["Esc", "close"]],
  });
  const { rect, list } = region;
  const { filter, top, cursor } = dialog.choice;
  canvas.put(rect.row + 1, list.column, [
    segment("Filter ", "dim"),
    ...inputText(filter, list.columns - 8, true),
  ]);
  if (entries.length === 0) {
    canvas.put(list.row, list.column, [segment("No entry has that in it.", "dim")]);
  }
  putEntries(canvas, region, entries, { top, cursor, keyColumns: HELP_KEYS });
}

function putEntries(
  canvas: Canvas,
  { list }: DialogRegion,
  entries: readonly ActionEntry[],
  options: { readonly top: number; readonly cursor: number; readonly keyColumns: number },
): void {
  const { top, cursor, keyColumns } = options;
  for (let row = 0; row < list.rows; row++) {
    const entry = entries[top + row];
    if (entry === undefined) break;
    const line = entryLine(entry, list.columns, keyColumns, top + row === cursor);
    canvas.put(list.row + row, list.column, line);
  }
}

function entryLine(
  entry: ActionEntry,
  columns: number,
  keyColumns: number,
  isCursor: boolean,
): Line {
  const { keys, label, disabledWhy } = entry;
  const isOff = disabledWhy !== undefined;
  const shownKeys = keyColumns === MENU_KEYS ? keys[0] ?? "" : keys.join(" ");
  const why = isOff ? ` – ${shownText(disabledWhy)}` : "";
  const room = Math.max(0, columns - 2 - keyColumns);
  const line = fitLine([
    segment(isCursor ? "▸ " : "  ", "accent"),
    cell(shownKeys, keyColumns, { tone: isOff ? "dim" : "accent" }),
    cell(label + why, room, { tone: isOff ? "dim" : "plain" }),
  ], columns);
  return isCursor ? retone(line, "cursor") : line;
}
