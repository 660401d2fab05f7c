import type { Dialog } from "../model/dialog.ts";
import type { MessageBody } from "../model/message.ts";
import type { Model } from "../model/model.ts";
import { reloadTrash } from "./dialogs/trash_keys.ts";
import { withNotice } from "./notice.ts";
import { reloadPane } from "./pane_load.ts";
import { andThen, inTurn, type Step } from "./step.ts";

type OperationEnded = Extract<MessageBody, { kind: "operationEnded" }>;

/** Tells how an operation ended, and reads again what it has changed. */
export function onOperationEnded(model: Model, message: OperationEnded): Step {
  const told = tell(model, message);
  const reloads = message.changed.map((side) => (next: Model) =>
    reloadPane(next, side, message.cursorName)
  );
  const reloaded = inTurn(told, reloads);
  const { operation } = message;
  if (operation !== "restore" && operation !== "emptyTrash") return reloaded;
  return andThen(reloaded, reloadTrash);
}

/** The question that asked for it shows the problem, or closes. */
function tell(model: Model, message: OperationEnded): Model {
  const at = model.dialogs.findLastIndex((dialog) => isWaitingFor(dialog, message.operation));
  const { text, isFailure } = message;
  const asking = model.dialogs[at];
  if (asking?.kind !== "prompt") return withNotice(model, text, isFailure ? "bad" : "good");
  if (isFailure) {
    const dialogs = model.dialogs.with(at, { ...asking, problem: text, isBusy: false });
    return { ...model, dialogs };
  }
  return withNotice({ ...model, dialogs: model.dialogs.toSpliced(at, 1) }, text, "good");
}

function isWaitingFor(dialog: Dialog, operation: OperationEnded["operation"]): boolean {
  return dialog.kind === "prompt" && dialog.isBusy && dialog.purpose.act === operation;
}
