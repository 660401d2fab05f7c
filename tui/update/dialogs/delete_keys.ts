import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog, Target } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import type { Pane } from "../../model/pane.ts";
import { withDialog, withoutTop, withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { targetsOf } from "../pane_rows.ts";
import { type Step, stepTo } from "../step.ts";
import { activePane } from "../with_pane.ts";

type DeleteDialog = Extract<Dialog, { kind: "delete" }>;

/** Asks whether the selection shall be deleted; local files have no trash. */
export function openDelete(model: Model, isPermanent: boolean): Step {
  const pane: Pane = activePane(model);
  const target: Target = { side: pane.side, folder: pane.folder, entries: targetsOf(pane) };
  if (target.entries.length === 0) return stepTo(model);
  return stepTo(
    withDialog(model, {
      kind: "delete",
      target,
      isPermanent: isPermanent || pane.side === "local",
    }),
  );
}

/** `y` or Enter deletes, `n` or Escape does not, `p` chooses between the trash and for good. */
export function onDeleteKey(model: Model, dialog: DeleteDialog, press: KeyPress): Step {
  switch (keyName(press)) {
    case "y":
    case "enter":
      return deleteTarget(model, dialog);
    case "n":
    case "q":
    case "escape":
      return stepTo(withoutTop(model));
    case "p":
    case "D":
      if (dialog.target.side === "local") return stepTo(model);
      return stepTo(withTop(model, { ...dialog, isPermanent: !dialog.isPermanent }));
    default:
      return stepTo(model);
  }
}

function deleteTarget(model: Model, { target, isPermanent }: DeleteDialog): Step {
  const { side, folder, entries } = target;
  const names = entries.map(({ name }) => name);
  return stepTo(withoutTop(model), { kind: "delete", side, folder, names, isPermanent });
}
