import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { withoutTop, withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { type Step, stepTo } from "../step.ts";

type DetailsDialog = Extract<Dialog, { kind: "details" }>;

/** `#` computes the digest of a file that is too large to do so unasked. */
export function onDetailsKey(model: Model, dialog: DetailsDialog, press: KeyPress): Step {
  switch (keyName(press)) {
    case "#":
      return computeDigest(model, dialog);
    case "escape":
    case "enter":
    case "i":
    case "q":
      return closeDetails(model, dialog);
    default:
      return stepTo(model);
  }
}

function computeDigest(model: Model, dialog: DetailsDialog): Step {
  const { side, path, entry, digest, digestProgress } = dialog;
  const isBusyOrDone = digest !== undefined || digestProgress !== undefined;
  if (entry.kind !== "file" || isBusyOrDone) return stepTo(model);
  const next = withTop(model, { ...dialog, digestProgress: 0, problem: undefined });
  return stepTo(next, { kind: "loadDigest", side, path });
}

function closeDetails(model: Model, dialog: DetailsDialog): Step {
  const isWaiting = dialog.digestProgress !== undefined ||
    dialog.side === "server" && dialog.stat === undefined && dialog.problem === undefined;
  const closed = withoutTop(model);
  return isWaiting ? stepTo(closed, { kind: "stopLooking" }) : stepTo(closed);
}
