import type { ActionId } from "../model/action.ts";

/** Cursor and window of a list. */
export interface ListState {
  readonly cursor: number;
  /** First row in sight. */
  readonly top: number;
}

/** Actions that move the cursor of a list. */
export type MoveId = Extract<
  ActionId,
  "up" | "down" | "pageUp" | "pageDown" | "first" | "last"
>;

/**
 * Moves a cursor.
 *
 * @param cursor Index it is at.
 * @param count Entries of the list.
 * @param height Rows that are in sight, for paging.
 */
export function movedCursor(cursor: number, move: MoveId, count: number, height: number): number {
  // One row stays in sight, so that the eye finds its place.
  const page = Math.max(1, height - 1);
  switch (move) {
    case "up":
      return clampCursor(cursor - 1, count);
    case "down":
      return clampCursor(cursor + 1, count);
    case "pageUp":
      return clampCursor(cursor - page, count);
    case "pageDown":
      return clampCursor(cursor + page, count);
    case "first":
      return 0;
    case "last":
      return clampCursor(count - 1, count);
    default:
      return move satisfies never;
  }
}

/** The nearest index that a list of `count` entries has; 0 when it is empty. */
export function clampCursor(cursor: number, count: number): number {
  return Math.max(0, Math.min(cursor, count - 1));
}

/** The first row in sight that keeps the cursor in sight and leaves no room empty below. */
export function fittedTop(list: ListState, count: number, height: number): number {
  const rows = Math.max(1, height);
  const highest = Math.max(0, list.cursor - rows + 1);
  const lowest = Math.min(list.cursor, Math.max(0, count - rows));
  return Math.max(Math.min(highest, list.cursor), Math.min(list.top, lowest));
}

/** Moves the window; the cursor goes along when it would be left behind. */
export function scrolled(list: ListState, by: number, count: number, height: number): ListState {
  const rows = Math.max(1, height);
  const top = Math.max(0, Math.min(list.top + by, count - rows));
  const cursor = Math.max(top, Math.min(list.cursor, top + rows - 1));
  return { top, cursor: clampCursor(cursor, count) };
}
