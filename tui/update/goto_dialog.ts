import type { Dialog } from "../model/dialog.ts";
import type { Model } from "../model/model.ts";
import type { Side } from "../model/pane.ts";

/** Closes the question for a folder once the pane has gone there. */
export function closeGoto(model: Model, side: Side): Model {
  const dialogs = model.dialogs.filter((dialog) => !isWaitingGoto(dialog, side));
  return dialogs.length === model.dialogs.length ? model : { ...model, dialogs };
}

/** Tells in the question why the folder cannot be opened; undefined when nobody asked there. */
export function failGoto(model: Model, side: Side, reason: string): Model | undefined {
  if (!model.dialogs.some((dialog) => isWaitingGoto(dialog, side))) return undefined;
  const dialogs = model.dialogs.map((dialog) =>
    isWaitingGoto(dialog, side) ? { ...dialog, problem: reason, isBusy: false } : dialog
  );
  return { ...model, dialogs };
}

function isWaitingGoto(
  dialog: Dialog,
  side: Side,
): dialog is Extract<Dialog, { kind: "prompt" }> {
  return dialog.kind === "prompt" && dialog.isBusy && dialog.purpose.act === "goto" &&
    dialog.purpose.side === side;
}
