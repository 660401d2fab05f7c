import { SluiceError } from "#protocol/sluice_error.ts";
import type { InputEvent, KeyPress } from "../input/input_event.ts";
import { LEAST_COLUMNS, LEAST_ROWS } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import { onDialogKey, onDialogPaste } from "./dialogs/dialog_update.ts";
import { isFiltering, onFilterKey, onFilterPaste } from "./filter_input.ts";
import { keyName } from "./key_name.ts";
import { actionOfKey, keyContext } from "./keymap.ts";
import { askToQuit, INTERRUPTED_CODE, leaveNow } from "./leave.ts";
import { onMouse } from "./mouse_update.ts";
import { withNotice } from "./notice.ts";
import { runAction } from "./run_action.ts";
import { type Step, stepTo } from "./step.ts";

/** Does what came from the terminal: dialogs take it first, then a filter, then the view. */
export function onInput(model: Model, event: InputEvent): Step {
  if (isBlind(model)) return onBlindInput(model, event);
  try {
    return onSeenInput(model, event);
  } catch (error) {
    // A server may list names that no path can hold (docs/protocol.md §7).
    if (error instanceof SluiceError) return stepTo(withNotice(model, error.message, "bad"));
    throw error;
  }
}

function onSeenInput(model: Model, event: InputEvent): Step {
  switch (event.kind) {
    case "key":
      return onKey(model, event);
    case "paste":
      return onPaste(model, event.text);
    case "mouse":
      return onMouse(model, event);
    default:
      return event satisfies never;
  }
}

function onKey(model: Model, press: KeyPress): Step {
  const dialog = model.dialogs.at(-1);
  if (dialog !== undefined) return onDialogKey(model, dialog, press);
  const key = keyName(press);
  if (isFiltering(model) && key !== "ctrl+c") return onFilterKey(model, press);
  const id = actionOfKey(keyContext(model), key);
  return id === undefined ? stepTo(model) : runAction(model, id);
}

function onPaste(model: Model, text: string): Step {
  const dialog = model.dialogs.at(-1);
  if (dialog !== undefined) return onDialogPaste(model, dialog, text);
  return isFiltering(model) ? onFilterPaste(model, text) : stepTo(model);
}

/** Nothing of the screen can be seen then, so nothing may be changed but to leave. */
function isBlind({ columns, rows }: Model): boolean {
  return columns < LEAST_COLUMNS || rows < LEAST_ROWS;
}

function onBlindInput(model: Model, event: InputEvent): Step {
  if (event.kind !== "key") return stepTo(model);
  const key = keyName(event);
  if (key !== "q" && key !== "ctrl+c") return stepTo(model);
  // The question cannot be seen: a second Ctrl-C leaves in any case.
  const isAsked = model.dialogs.at(-1)?.kind === "quit";
  if (isAsked && key === "ctrl+c") return leaveNow(model, INTERRUPTED_CODE);
  return askToQuit(model);
}
