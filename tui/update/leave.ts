import type { Model } from "../model/model.ts";
import { type Step, stepTo } from "./step.ts";
import { isGoing } from "./transfer_rows.ts";

/** Exit code of a program that Ctrl-C stopped: 128 + SIGINT. */
export const INTERRUPTED_CODE = 130;

/** Under the cursor when the program asks how to leave: to wait. */
const WAIT_CHOICE = 0;

/** Ends the program, or asks first when transfers go on. */
export function askToQuit(model: Model): Step {
  if (!model.transfers.rows.some(isGoing)) return leaveNow(model, 0);
  // It is on the screen already, below another dialog.
  const dialogs = model.dialogs.filter((dialog) => dialog.kind !== "quit");
  // Beyond the bound of dialogs if need be: there must always be a way out.
  return stepTo({ ...model, dialogs: [...dialogs, { kind: "quit", cursor: WAIT_CHOICE }] });
}

/** Ends the program; transfers keep what they moved. */
export function leaveNow(model: Model, code: number): Step {
  if (model.exit !== undefined) return stepTo(model);
  return stepTo({ ...model, exit: { code } }, { kind: "leave" });
}

/**
 * Ends the program once nothing goes on any more: when the person chose to wait for that, and when it
 * still asks how to leave.
 */
export function leaveWhenDone(model: Model): Step {
  if (model.transfers.rows.some(isGoing)) return stepTo(model);
  const isAsking = model.dialogs.some((dialog) => dialog.kind === "quit");
  return model.isLeaving || isAsking ? leaveNow(model, 0) : stepTo(model);
}
