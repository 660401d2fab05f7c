import type { Dialog } from "../model/dialog.ts";
import type { Model } from "../model/model.ts";

/** Most dialogs at a time: a few that the person opened and one conflict of each transfer. */
export const MAX_DIALOGS = 16;

/** Opens a dialog over the others. */
export function withDialog(model: Model, dialog: Dialog): Model {
  if (model.dialogs.length >= MAX_DIALOGS) return model;
  return { ...model, dialogs: [...model.dialogs, dialog] };
}

/** Closes the topmost dialog. */
export function withoutTop(model: Model): Model {
  return { ...model, dialogs: model.dialogs.slice(0, -1) };
}

/** Puts a dialog in place of the topmost one. */
export function withTop(model: Model, dialog: Dialog): Model {
  return { ...model, dialogs: [...model.dialogs.slice(0, -1), dialog] };
}

/** Changes the dialogs of one kind, wherever they are. */
export function withDialogsOf<K extends Dialog["kind"]>(
  model: Model,
  kind: K,
  change: (dialog: Extract<Dialog, { kind: K }>) => Dialog,
): Model {
  const isKind = (dialog: Dialog): dialog is Extract<Dialog, { kind: K }> => dialog.kind === kind;
  if (!model.dialogs.some(isKind)) return model;
  return {
    ...model,
    dialogs: model.dialogs.map((dialog) => isKind(dialog) ? change(dialog) : dialog),
  };
}
