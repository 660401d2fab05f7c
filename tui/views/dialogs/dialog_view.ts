import type { ActionEntry } from "../../model/dialog.ts";
import type { Layout } from "../../model/layout.ts";
import type { Model } from "../../model/model.ts";
import type { Canvas } from "../canvas.ts";
import { putHelp, putMenu } from "./action_boxes.ts";
import { putConflict, putQuit } from "./choice_boxes.ts";
import { putFound, putPreview, putTrash } from "./list_boxes.ts";
import { putDelete, putDetails, putMessage, putPrompt } from "./text_boxes.ts";

/** What the dialogs of actions list. */
export interface DialogEntries {
  readonly menu: readonly ActionEntry[];
  /** Those that the filter leaves. */
  readonly help: readonly ActionEntry[];
}

/** Draws the topmost dialog over the screen. */
export function putDialog(
  canvas: Canvas,
  model: Model,
  layout: Layout,
  entries: DialogEntries,
): void {
  const dialog = model.dialogs.at(-1);
  if (dialog === undefined) return;
  const region = layout.dialog;
  switch (dialog.kind) {
    case "prompt":
      return putPrompt(canvas, model, dialog);
    case "delete":
      return putDelete(canvas, dialog);
    case "details":
      return putDetails(canvas, model, dialog);
    case "message":
      return putMessage(canvas, dialog);
  }
  if (region === undefined) return;
  switch (dialog.kind) {
    case "menu":
      return putMenu(canvas, dialog, region, entries.menu);
    case "help":
      return putHelp(canvas, dialog, region, entries.help);
    case "conflict":
      return putConflict(canvas, dialog, region);
    case "quit":
      return putQuit(canvas, model, dialog, region);
    case "preview":
      return putPreview(canvas, model, dialog, region);
    case "found":
      return putFound(canvas, model, dialog, region);
    case "trash":
      return putTrash(canvas, model, dialog, region);
    default:
      return dialog satisfies never;
  }
}
