import type { TrashEntry } from "#protocol/replies.ts";
import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { withDialog, withDialogsOf, withoutTop, withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { clampCursor } from "../list_moves.ts";
import { type Step, stepTo } from "../step.ts";
import { moveOfKey, withCursorIn, withMovedCursor } from "./list_keys.ts";

type TrashDialog = Extract<Dialog, { kind: "trash" }>;

/** Shows what is in the server's trash. */
export function openTrash(model: Model): Step {
  const next = withDialog(model, {
    kind: "trash",
    entries: undefined,
    selected: new Set(),
    cursor: 0,
    top: 0,
    problem: undefined,
    isEmptying: false,
  });
  return stepTo(next, { kind: "loadTrash" });
}

/** Selects with Space, restores with Enter or `r`, removes for good with `e` after a question. */
export function onTrashKey(model: Model, dialog: TrashDialog, press: KeyPress): Step {
  const key = keyName(press);
  if (dialog.isEmptying) return onAnswer(model, dialog, key);
  const entries = dialog.entries ?? [];
  switch (key) {
    case "escape":
    case "q":
      return stepTo(withoutTop(model));
    case " ":
      return stepTo(withTop(model, toggled(dialog, entries)));
    case "*":
      return stepTo(withTop(model, inverted(dialog, entries)));
    case "enter":
    case "r":
      return restore(model, dialog, entries);
    case "e":
    case "x":
    case "delete":
      if (entries.length === 0) return stepTo(model);
      return stepTo(withTop(model, { ...dialog, isEmptying: true }));
    default: {
      const move = moveOfKey(key);
      if (move === undefined) return stepTo(model);
      return stepTo(withTop(model, withMovedCursor(model, dialog, move, entries.length)));
    }
  }
}

/** Shows the list of the trash; what is still there stays selected. */
export function onTrashLoaded(model: Model, entries: readonly TrashEntry[]): Model {
  const ids = new Set(entries.map(({ id }) => id));
  return withDialogsOf(model, "trash", (dialog) => {
    const selected = new Set([...dialog.selected].filter((id) => ids.has(id)));
    return withCursorIn({ ...dialog, entries, selected, problem: undefined }, entries.length);
  });
}

/** Says why the trash cannot be listed. */
export function onTrashFailed(model: Model, reason: string): Model {
  return withDialogsOf(model, "trash", (dialog) => ({ ...dialog, problem: reason }));
}

/** Reads the trash again while it is shown. */
export function reloadTrash(model: Model): Step {
  const isShown = model.dialogs.some(({ kind }) => kind === "trash");
  return isShown ? stepTo(model, { kind: "loadTrash" }) : stepTo(model);
}

function onAnswer(model: Model, dialog: TrashDialog, key: string): Step {
  const closed = withTop(model, { ...dialog, isEmptying: false });
  if (key === "y" || key === "enter") {
    const ids = dialog.selected.size === 0 ? undefined : [...dialog.selected];
    return stepTo(closed, { kind: "emptyTrash", ids });
  }
  return stepTo(key === "n" || key === "escape" || key === "q" ? closed : model);
}

function toggled(dialog: TrashDialog, entries: readonly TrashEntry[]): TrashDialog {
  const id = entries[dialog.cursor]?.id;
  if (id === undefined) return dialog;
  const selected = new Set(dialog.selected);
  if (!selected.delete(id)) selected.add(id);
  return { ...dialog, selected, cursor: clampCursor(dialog.cursor + 1, entries.length) };
}

function inverted(dialog: TrashDialog, entries: readonly TrashEntry[]): TrashDialog {
  const selected = entries.flatMap(({ id }) => dialog.selected.has(id) ? [] : [id]);
  return { ...dialog, selected: new Set(selected) };
}

function restore(model: Model, dialog: TrashDialog, entries: readonly TrashEntry[]): Step {
  const atCursor = entries[dialog.cursor]?.id;
  const ids = dialog.selected.size > 0
    ? [...dialog.selected]
    : atCursor === undefined
    ? []
    : [atCursor];
  return ids.length === 0 ? stepTo(model) : stepTo(model, { kind: "restore", ids });
}
