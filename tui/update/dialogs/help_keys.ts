import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { helpEntries } from "../action_entries.ts";
import { withoutTop, withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { movedCursor } from "../list_moves.ts";
import { type Step, stepTo } from "../step.ts";
import { editedInput } from "../text_input.ts";
import { dialogHeight, moveWhileTyping } from "./list_keys.ts";
import { runEntry } from "./menu_keys.ts";

type HelpDialog = Extract<Dialog, { kind: "help" }>;

/** Narrows the list by what is typed, and runs the entry under the cursor on Enter. */
export function onHelpKey(model: Model, dialog: HelpDialog, press: KeyPress): Step {
  const key = keyName(press);
  const { choice } = dialog;
  const entries = helpEntries(model, choice.filter.text);
  if (key === "enter") return runEntry(model, entries[choice.cursor]);
  if (key === "escape" || key === "f1") return stepTo(withoutTop(model));
  const move = moveWhileTyping(key);
  if (move !== undefined) {
    const cursor = movedCursor(choice.cursor, move, entries.length, dialogHeight(model));
    return stepTo(withTop(model, { ...dialog, choice: { ...choice, cursor } }));
  }
  // A second `?` closes what the first one has opened, as long as nothing was typed.
  if (key === "?" && choice.filter.text === "") return stepTo(withoutTop(model));
  const filter = editedInput(choice.filter, press);
  if (filter === undefined) return stepTo(model);
  return stepTo(withTop(model, { ...dialog, choice: { filter, cursor: 0, top: 0 } }));
}
