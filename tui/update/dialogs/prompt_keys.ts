import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import type { Effect } from "../../model/effect.ts";
import type { Model } from "../../model/model.ts";
import { withoutTop, withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { openFolder } from "../pane_load.ts";
import { typedFolder } from "../pane_paths.ts";
import { type Step, stepTo } from "../step.ts";
import { editedInput } from "../text_input.ts";
import { startSearch } from "./found_keys.ts";
import { problemOf } from "./prompt_check.ts";

type PromptDialog = Extract<Dialog, { kind: "prompt" }>;

/** Edits the text, and on Enter does what it is for. */
export function onPromptKey(model: Model, dialog: PromptDialog, press: KeyPress): Step {
  const key = keyName(press);
  if (key === "escape") {
    const closed = withoutTop(model);
    return dialog.purpose.act === "token"
      ? stepTo(closed, { kind: "giveToken", token: undefined })
      : stepTo(closed);
  }
  // The answer to what was typed is on its way.
  if (dialog.isBusy) return stepTo(model);
  if (key === "enter") return submit(model, dialog);
  const input = editedInput(dialog.input, press);
  if (input === undefined) return stepTo(model);
  const isSame = input.text === dialog.input.text;
  const problem = isSame ? dialog.problem : undefined;
  return stepTo(withTop(model, { ...dialog, input, problem }));
}

function submit(model: Model, dialog: PromptDialog): Step {
  const { purpose, input } = dialog;
  const problem = problemOf(model, purpose, input.text);
  if (problem !== undefined) return stepTo(withTop(model, { ...dialog, problem }));
  const busy = withTop(model, { ...dialog, isBusy: true, problem: undefined });
  switch (purpose.act) {
    case "rename": {
      const { side, folder, from } = purpose;
      if (input.text === from) return stepTo(withoutTop(model));
      const rename: Effect = { kind: "rename", side, folder, from, to: input.text };
      return stepTo(busy, rename);
    }
    case "mkdir":
      return stepTo(busy, {
        kind: "mkdir",
        side: purpose.side,
        folder: purpose.folder,
        name: input.text,
      });
    case "search":
      return startSearch(withoutTop(model), purpose.folder, input.text.trim());
    case "goto": {
      const { side } = purpose;
      const { folder } = model.panes[side];
      return openFolder(busy, side, typedFolder(side, folder, input.text, model.homeFolder));
    }
    case "token":
      return stepTo(withoutTop(model), { kind: "giveToken", token: input.text.trim() });
    default:
      return purpose satisfies never;
  }
}
