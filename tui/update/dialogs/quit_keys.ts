import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import { QUIT_CHOICES, type QuitChoice } from "../../model/dialog_choices.ts";
import type { Model } from "../../model/model.ts";
import { withoutTop, withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { leaveNow, leaveWhenDone } from "../leave.ts";
import { withNotice } from "../notice.ts";
import { type Step, stepTo } from "../step.ts";
import { moveOfKey, withMovedCursor } from "./list_keys.ts";

type QuitDialog = Extract<Dialog, { kind: "quit" }>;

/** Chooses how to leave while transfers go on. */
export function onQuitKey(model: Model, dialog: QuitDialog, press: KeyPress): Step {
  const key = keyName(press);
  const own = QUIT_CHOICES.find((choice) => choice.key === key);
  const choice = key === "enter" ? QUIT_CHOICES[dialog.cursor] : own;
  if (choice !== undefined) return leaveBy(model, choice.act);
  if (key === "escape" || key === "q") return leaveBy(model, "stay");
  const move = moveOfKey(key);
  if (move === undefined) return stepTo(model);
  return stepTo(withTop(model, withMovedCursor(model, dialog, move, QUIT_CHOICES.length)));
}

/** Waits for the transfers, stops them, or stays. */
function leaveBy(model: Model, act: QuitChoice["act"]): Step {
  const closed = withoutTop(model);
  switch (act) {
    case "wait": {
      const waiting = { ...closed, isLeaving: true };
      return leaveWhenDone(withNotice(waiting, "Quits when the transfers are done"));
    }
    case "stop":
      return leaveNow(closed, 0);
    case "stay":
      return stepTo({ ...closed, isLeaving: false });
    default:
      return act satisfies never;
  }
}
