import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog, TextInput } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { askToQuit, INTERRUPTED_CODE, leaveNow } from "../leave.ts";
import { type Step, stepTo } from "../step.ts";
import { withInserted } from "../text_input.ts";
import { onConflictKey } from "./conflict_keys.ts";
import { onDeleteKey } from "./delete_keys.ts";
import { onDetailsKey } from "./details_keys.ts";
import { onFoundKey } from "./found_keys.ts";
import { onHelpKey } from "./help_keys.ts";
import { onMenuKey } from "./menu_keys.ts";
import { onMessageKey } from "./message_keys.ts";
import { onPreviewKey } from "./preview_keys.ts";
import { onPromptKey } from "./prompt_keys.ts";
import { onQuitKey } from "./quit_keys.ts";
import { onTrashKey } from "./trash_keys.ts";

/** Gives a key to the topmost dialog. */
export function onDialogKey(model: Model, dialog: Dialog, press: KeyPress): Step {
  if (keyName(press) === "ctrl+c") return onInterrupt(model, dialog);
  switch (dialog.kind) {
    case "menu":
      return onMenuKey(model, dialog, press);
    case "help":
      return onHelpKey(model, dialog, press);
    case "prompt":
      return onPromptKey(model, dialog, press);
    case "delete":
      return onDeleteKey(model, dialog, press);
    case "conflict":
      return onConflictKey(model, dialog, press);
    case "quit":
      return onQuitKey(model, dialog, press);
    case "details":
      return onDetailsKey(model, dialog, press);
    case "preview":
      return onPreviewKey(model, dialog, press);
    case "found":
      return onFoundKey(model, dialog, press);
    case "trash":
      return onTrashKey(model, dialog, press);
    case "message":
      return onMessageKey(model, press);
    default:
      return dialog satisfies never;
  }
}

/** Puts pasted text into what is being typed. */
export function onDialogPaste(model: Model, dialog: Dialog, text: string): Step {
  const pasted = (input: TextInput): TextInput => withInserted(input, text);
  if (dialog.kind === "prompt" && !dialog.isBusy) {
    const next = { ...dialog, input: pasted(dialog.input), problem: undefined };
    return stepTo(withTop(model, next));
  }
  if (dialog.kind === "help") {
    const filter = pasted(dialog.choice.filter);
    return stepTo(withTop(model, { ...dialog, choice: { filter, cursor: 0, top: 0 } }));
  }
  return stepTo(model);
}

/** The first Ctrl-C asks when something goes on, the second one stops at once. */
function onInterrupt(model: Model, dialog: Dialog): Step {
  return dialog.kind === "quit" ? leaveNow(model, INTERRUPTED_CODE) : askToQuit(model);
}
