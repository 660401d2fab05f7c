import type { Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { clampCursor, movedCursor, type MoveId } from "../list_moves.ts";
import { placesOf } from "../places.ts";

/** Keys that move in any list. */
const MOVES: Readonly<Record<string, MoveId>> = {
  up: "up",
  down: "down",
  pageUp: "pageUp",
  pageDown: "pageDown",
};

/** Keys that move in a list where nothing is typed. */
const MORE_MOVES: Readonly<Record<string, MoveId>> = {
  ...MOVES,
  home: "first",
  end: "last",
  k: "up",
  j: "down",
  "ctrl+b": "pageUp",
  "ctrl+f": "pageDown",
  g: "first",
  G: "last",
};

/** How a key moves the cursor of a list; undefined when it does not. */
export function moveOfKey(key: string): MoveId | undefined {
  return Object.hasOwn(MORE_MOVES, key) ? MORE_MOVES[key] : undefined;
}

/** How a key moves the cursor of a list while letters go into a text. */
export function moveWhileTyping(key: string): MoveId | undefined {
  return Object.hasOwn(MOVES, key) ? MOVES[key] : undefined;
}

/** Rows that the list of the topmost dialog has in sight. */
export function dialogHeight(model: Model): number {
  return placesOf(model).dialog?.list.rows ?? 1;
}

/** Moves the cursor of a dialog that has a list of `count` entries. */
export function withMovedCursor<D extends Dialog & { readonly cursor: number }>(
  model: Model,
  dialog: D,
  move: MoveId,
  count: number,
): D {
  return { ...dialog, cursor: movedCursor(dialog.cursor, move, count, dialogHeight(model)) };
}

/** Puts the cursor back among the entries after some of them went away. */
export function withCursorIn<D extends { readonly cursor: number }>(dialog: D, count: number): D {
  return { ...dialog, cursor: clampCursor(dialog.cursor, count) };
}
