import type { KeyPress, MouseEvent } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import { CONFLICT_CHOICES, QUIT_CHOICES } from "../../model/dialog_choices.ts";
import { type DialogRegion, pageTop } from "../../model/layout.ts";
import type { Model } from "../../model/model.ts";
import { helpEntries, menuEntries } from "../action_entries.ts";
import { withTop } from "../dialog_stack.ts";
import { isInside, WHEEL_ROWS } from "../hit.ts";
import { scrolled } from "../list_moves.ts";
import { type Step, stepTo } from "../step.ts";
import { onDialogKey } from "./dialog_update.ts";
import { scrolledPreview } from "./preview_keys.ts";

const ENTER: KeyPress = {
  kind: "key",
  key: "enter",
  isControl: false,
  isAlt: false,
  isShift: false,
};

/** A click on an entry chooses it; lists of findings want a double click; the wheel scrolls. */
export function onDialogMouse(
  model: Model,
  dialog: Dialog,
  region: DialogRegion | undefined,
  event: MouseEvent,
  isDouble: boolean,
): Step {
  if (region === undefined) return stepTo(model);
  if (event.action === "press") return onPress(model, dialog, region, event, isDouble);
  const by = event.action === "wheelUp" ? -WHEEL_ROWS : WHEEL_ROWS;
  return stepTo(withTop(model, wheeled(model, dialog, by, region.list.rows)));
}

function onPress(
  model: Model,
  dialog: Dialog,
  { list }: DialogRegion,
  event: MouseEvent,
  isDouble: boolean,
): Step {
  if (!isInside(list, event)) return stepTo(model);
  const line = event.row - list.row;
  switch (dialog.kind) {
    case "menu": {
      const cursor = pageTop(dialog.cursor, list.rows) + line;
      return choose(model, { ...dialog, cursor }, cursor < menuEntries(model).length);
    }
    case "conflict":
      return choose(model, { ...dialog, cursor: line }, line < CONFLICT_CHOICES.length);
    case "quit":
      return choose(model, { ...dialog, cursor: line }, line < QUIT_CHOICES.length);
    case "help": {
      const cursor = dialog.choice.top + line;
      const count = helpEntries(model, dialog.choice.filter.text).length;
      const chosen = { ...dialog, choice: { ...dialog.choice, cursor } };
      return choose(model, chosen, cursor < count);
    }
    case "found":
    case "trash": {
      const cursor = dialog.top + line;
      if (cursor >= (dialog.entries?.length ?? 0)) return stepTo(model);
      const moved = { ...dialog, cursor };
      // A restore by one stray click would surprise.
      return isDouble ? choose(model, moved, true) : stepTo(withTop(model, moved));
    }
    case "preview":
    case "prompt":
    case "delete":
    case "details":
    case "message":
      return stepTo(model);
    default:
      return dialog satisfies never;
  }
}

function choose(model: Model, dialog: Dialog, isThere: boolean): Step {
  return isThere ? onDialogKey(withTop(model, dialog), dialog, ENTER) : stepTo(model);
}

function wheeled(model: Model, dialog: Dialog, by: number, height: number): Dialog {
  switch (dialog.kind) {
    case "help": {
      const { choice } = dialog;
      const count = helpEntries(model, choice.filter.text).length;
      return { ...dialog, choice: { ...choice, ...scrolled(choice, by, count, height) } };
    }
    case "found":
      return { ...dialog, ...scrolled(dialog, by, dialog.entries.length, height) };
    case "trash":
      return { ...dialog, ...scrolled(dialog, by, dialog.entries?.length ?? 0, height) };
    case "preview":
      return scrolledPreview(dialog, by, height);
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
