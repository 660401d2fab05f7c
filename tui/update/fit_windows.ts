import type { Dialog } from "../model/dialog.ts";
import type { Layout } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import { helpEntries } from "./action_entries.ts";
import { withTop } from "./dialog_stack.ts";
import { scrolledPreview } from "./dialogs/preview_keys.ts";
import { clampCursor, fittedTop, type ListState } from "./list_moves.ts";
import { placesOf } from "./places.ts";
import { listFacts, SCREEN_LISTS, type ScreenList, withListState } from "./screen_list.ts";
import { isActive } from "./transfer_rows.ts";

/**
 * Keeps every cursor on an entry and in sight, whatever has changed: the entries, the size of the
 * screen, the room of a list. Costs the same for lists of any length.
 */
export function fitWindows(model: Model): Model {
  const places = placesOf(model);
  let next = followTransfers(model);
  for (const list of SCREEN_LISTS) next = fitList(next, list, places);
  const top = next.dialogs.at(-1);
  if (top === undefined) return next;
  const fitted = fitDialog(next, top, places.dialog?.list.rows ?? 1);
  return fitted === top ? next : withTop(next, fitted);
}

function fitList(model: Model, list: ScreenList, places: Layout): Model {
  const facts = listFacts(model, list, places);
  const fitted = fittedState(facts, facts.count, facts.height);
  return fitted === facts ? model : withListState(model, list, fitted);
}

function fitDialog(model: Model, dialog: Dialog, height: number): Dialog {
  switch (dialog.kind) {
    case "help": {
      const { choice } = dialog;
      const count = helpEntries(model, choice.filter.text).length;
      const fitted = fittedState(choice, count, height);
      if (fitted === choice) return dialog;
      return { ...dialog, choice: { ...choice, ...fitted } };
    }
    case "found": {
      const fitted = fittedState(dialog, dialog.entries.length, height);
      return fitted === dialog ? dialog : { ...dialog, ...fitted };
    }
    case "trash": {
      const fitted = fittedState(dialog, dialog.entries?.length ?? 0, height);
      return fitted === dialog ? dialog : { ...dialog, ...fitted };
    }
    case "preview":
      return scrolledPreview(dialog, 0, height);
    case "menu":
    case "prompt":
    case "delete":
    case "conflict":
    case "quit":
    case "details":
    case "message":
      return dialog;
    default:
      return dialog satisfies never;
  }
}

/** The same state when it fits already. */
function fittedState(state: ListState, count: number, height: number): ListState {
  const cursor = clampCursor(state.cursor, count);
  const top = fittedTop({ cursor, top: state.top }, count, height);
  return cursor === state.cursor && top === state.top ? state : { cursor, top };
}

/** While nobody is at the transfers, their cursor goes from ended rows on to one that runs. */
function followTransfers(model: Model): Model {
  const { rows, cursorId } = model.transfers;
  if (rows.length === 0) {
    return cursorId === undefined
      ? model
      : withListState(model, "transfers", { cursor: 0, top: 0 });
  }
  const at = rows.findIndex(({ id }) => id === cursorId);
  const current = rows[at];
  if (current === undefined) return withCursorAt(model, 0);
  const isWatched = model.view === "transfers" || model.focus === "transfers";
  if (isWatched || isActive(current)) return model;
  const running = rows.findIndex(isActive);
  return running === -1 ? model : withCursorAt(model, running);
}

/** The rows behind the cursor come into sight with it. */
function withCursorAt(model: Model, cursor: number): Model {
  return withListState(model, "transfers", { cursor, top: cursor });
}
