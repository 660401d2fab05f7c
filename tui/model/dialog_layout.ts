import type { Dialog } from "./dialog.ts";
import { CONFLICT_CHOICES, QUIT_CHOICES } from "./dialog_choices.ts";

/** Part of the screen, in cells counted from 0 at the top left. */
export interface Rect {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** Where a dialog that lists something is. */
export interface DialogRegion {
  /** With its border. */
  readonly rect: Rect;
  /** One entry in each row, or one line of a preview. */
  readonly list: Rect;
}

/** Cells of a border on both sides together. */
const BORDERS = 2;
/** Blank columns between a border and the text, on both sides together. */
const PADDING = 2;

/**
 * Places a box in the middle of the screen.
 *
 * @param screen The screen's size.
 * @param wanted Size of the box with its border; it is cut to the screen.
 */
export function centredRect(
  screen: { readonly columns: number; readonly rows: number },
  wanted: { readonly columns: number; readonly rows: number },
): Rect {
  const columns = Math.max(1, Math.min(wanted.columns, screen.columns - 2));
  const rows = Math.max(1, Math.min(wanted.rows, screen.rows - 2));
  return {
    column: Math.max(0, Math.floor((screen.columns - columns) / 2)),
    row: Math.max(0, Math.floor((screen.rows - rows) / 2)),
    columns,
    rows,
  };
}

/**
 * Places a dialog that lists something.
 *
 * @param dialog The dialog.
 * @param screen The screen's size.
 * @param entryCount Entries of the menu; the other dialogs know theirs.
 * @returns Undefined for a dialog without a list: it takes no more room than its text needs.
 */
export function dialogRegion(
  dialog: Dialog,
  screen: { readonly columns: number; readonly rows: number },
  entryCount: number,
): DialogRegion | undefined {
  const most = screen.rows - 2;
  switch (dialog.kind) {
    case "menu":
      return listBox(screen, 68, entryCount, 0, 0);
    case "help":
      return listBox(screen, 72, most, 2, 0);
    case "conflict":
      return listBox(screen, 60, CONFLICT_CHOICES.length, 4, 0);
    case "quit":
      return listBox(screen, 60, QUIT_CHOICES.length, 2, 0);
    case "preview":
      // 76 columns inside on a screen of 80: as many as a line of hex takes.
      return listBox(screen, 100, most, 0, 0, 0);
    case "found":
    case "trash":
      return listBox(screen, 100, most, 0, 1);
    case "prompt":
    case "delete":
    case "details":
    case "message":
      return undefined;
    default:
      return dialog satisfies never;
  }
}

/**
 * Gives the first row in sight of a list that has only a cursor: it turns whole pages.
 *
 * @param cursor Index of the entry under the cursor.
 * @param rows Rows of the list.
 */
export function pageTop(cursor: number, rows: number): number {
  return Math.floor(cursor / Math.max(1, rows)) * Math.max(1, rows);
}

/** A box around a list, with lines for text above and below it. */
function listBox(
  screen: { readonly columns: number; readonly rows: number },
  columns: number,
  listRows: number,
  above: number,
  below: number,
  padding = PADDING,
): DialogRegion {
  const rect = centredRect(screen, { columns, rows: listRows + above + below + BORDERS });
  const list = {
    column: rect.column + 1 + padding / 2,
    row: rect.row + 1 + above,
    columns: Math.max(1, rect.columns - BORDERS - padding),
    rows: Math.max(1, rect.rows - BORDERS - above - below),
  };
  return { rect, list };
}
