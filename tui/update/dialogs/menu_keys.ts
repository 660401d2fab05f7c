import type { KeyPress } from "../../input/input_event.ts";
import type { ActionEntry, Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { menuEntries } from "../action_entries.ts";
import { withoutTop, withTop } from "../dialog_stack.ts";
import { keyName, shownKey } from "../key_name.ts";
import { withNotice } from "../notice.ts";
import { runAction } from "../run_action.ts";
import { type Step, stepTo } from "../step.ts";
import { moveOfKey, withMovedCursor } from "./list_keys.ts";

type MenuDialog = Extract<Dialog, { kind: "menu" }>;

/** Moves in the menu, and runs an entry on Enter or on its own key. */
export function onMenuKey(model: Model, dialog: MenuDialog, press: KeyPress): Step {
  const key = keyName(press);
  const entries = menuEntries(model);
  if (key === "enter") return runEntry(model, entries[dialog.cursor]);
  if (key === "escape" || key === "q" || key === "m") return stepTo(withoutTop(model));
  const own = entries.find(({ keys }) => keys.includes(shownKey(key)));
  if (own !== undefined) return runEntry(model, own);
  const move = moveOfKey(key);
  if (move === undefined) return stepTo(model);
  return stepTo(withTop(model, withMovedCursor(model, dialog, move, entries.length)));
}

/** Closes the dialog and does what the entry says; one that cannot be done tells why. */
export function runEntry(model: Model, entry: ActionEntry | undefined): Step {
  if (entry === undefined) return stepTo(model);
  const { id, label, disabledWhy } = entry;
  if (disabledWhy !== undefined) {
    return stepTo(withNotice(model, `Cannot do "${label}": ${disabledWhy}`, "bad"));
  }
  return runAction(withoutTop(model), id);
}
