import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { previewLines } from "../../model/preview_lines.ts";
import { withoutTop, withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import type { MoveId } from "../list_moves.ts";
import { type Step, stepTo } from "../step.ts";
import { dialogHeight, moveOfKey } from "./list_keys.ts";

type PreviewDialog = Extract<Dialog, { kind: "preview" }>;

/** Scrolls the preview, or closes it. */
export function onPreviewKey(model: Model, dialog: PreviewDialog, press: KeyPress): Step {
  const key = keyName(press);
  if (key === "escape" || key === "q" || key === "v" || key === "enter") {
    const closed = withoutTop(model);
    const isWaiting = dialog.preview === undefined && dialog.problem === undefined;
    return isWaiting ? stepTo(closed, { kind: "stopLooking" }) : stepTo(closed);
  }
  const height = dialogHeight(model);
  const move = key === " " ? "pageDown" : moveOfKey(key);
  if (move === undefined) return stepTo(model);
  return stepTo(withTop(model, scrolledPreview(dialog, distance(move, height), height)));
}

/** Moves the text by lines; its last page stays full. */
export function scrolledPreview(
  dialog: PreviewDialog,
  by: number,
  height: number,
): PreviewDialog {
  const count = dialog.preview === undefined ? 0 : previewLines(dialog.preview).lines.length;
  const top = Math.max(0, Math.min(dialog.top + by, count - height));
  return top === dialog.top ? dialog : { ...dialog, top };
}

function distance(move: MoveId, height: number): number {
  const page = Math.max(1, height - 1);
  switch (move) {
    case "up":
      return -1;
    case "down":
      return 1;
    case "pageUp":
      return -page;
    case "pageDown":
      return page;
    case "first":
      return Number.NEGATIVE_INFINITY;
    case "last":
      return Number.POSITIVE_INFINITY;
    default:
      return move satisfies never;
  }
}
