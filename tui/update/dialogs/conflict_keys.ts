import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import { CONFLICT_CHOICES } from "../../model/dialog_choices.ts";
import type { Model } from "../../model/model.ts";
import { answerConflict, withoutConflictsOf } from "../conflicts.ts";
import { withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { type Step, stepTo } from "../step.ts";
import { pauseTransfer } from "../transfer_control.ts";
import { transferOf } from "../transfer_rows.ts";
import { moveOfKey, withMovedCursor } from "./list_keys.ts";

type ConflictDialog = Extract<Dialog, { kind: "conflict" }>;

/** Answers on Enter or a choice's own key; Escape puts it off by pausing the transfer. */
export function onConflictKey(model: Model, dialog: ConflictDialog, press: KeyPress): Step {
  const key = keyName(press);
  const own = CONFLICT_CHOICES.find((choice) => choice.key === key);
  const choice = key === "enter" ? CONFLICT_CHOICES[dialog.cursor] : own;
  if (choice !== undefined) return answerConflict(model, choice);
  if (key === "escape") return putOff(model, dialog);
  const move = moveOfKey(key);
  if (move === undefined) return stepTo(model);
  return stepTo(
    withTop(model, withMovedCursor(model, dialog, move, CONFLICT_CHOICES.length)),
  );
}

function putOff(model: Model, { transferId }: ConflictDialog): Step {
  const transfer = transferOf(model, transferId);
  if (transfer === undefined) return stepTo(withoutConflictsOf(model, transferId));
  return pauseTransfer(model, transfer);
}
