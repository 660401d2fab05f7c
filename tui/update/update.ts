import type { Update } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import type { Model } from "../model/model.ts";
import { onConflictFound } from "./conflicts.ts";
import { onFound, onSearchEnded } from "./dialogs/found_keys.ts";
import { onTokenAsked } from "./dialogs/prompt_open.ts";
import { onTrashFailed, onTrashLoaded } from "./dialogs/trash_keys.ts";
import { fitWindows } from "./fit_windows.ts";
import { onHistoryFailed, onHistoryLoaded } from "./history_update.ts";
import { onInput } from "./input_update.ts";
import { leaveNow } from "./leave.ts";
import { onLinkChanged, onSnapshot, sampleRates } from "./link_update.ts";
import { onLookAnswer } from "./look_answers.ts";
import { withoutOldNotice } from "./notice.ts";
import { onOperationEnded } from "./operation_update.ts";
import { onFolderFailed, onFolderLoaded, openFolder, reloadWhereDue } from "./pane_load.ts";
import { andThen, type Step, stepTo } from "./step.ts";
import { onProgressed, onTransferEnded, sampleTransfers } from "./transfer_events.ts";

/**
 * Says what the screen shows after something has happened, and what is to be done.
 *
 * @param model What it shows now; it is left as it is.
 * @param message What has happened.
 */
export function update(model: Model, message: Message): Update<Model> {
  // Nothing is shown any more.
  if (model.exit !== undefined) return stepTo(model);
  const step = react(withTime(model, message.atMs), message);
  if (step.model === model) return step;
  const fitted = fitWindows(step.model);
  return fitted === step.model ? step : { model: fitted, effects: step.effects };
}

/** The first things to be done. The server's folder is read once the server is there. */
export function start(model: Model): Update<Model> {
  return openFolder(model, "local", model.panes.local.folder);
}

/** Charts and notices move on with the clock. */
function withTime(model: Model, nowMs: number): Model {
  if (nowMs === model.nowMs) return model;
  const beforeMs = model.nowMs;
  const timed = withoutOldNotice({ ...model, nowMs });
  return sampleRates(sampleTransfers(timed, beforeMs), beforeMs);
}

function react(model: Model, message: Message): Step {
  switch (message.kind) {
    case "input":
      return onInput(model, message.event);
    case "resized":
      return stepTo({ ...model, columns: message.columns, rows: message.rows });
    case "tick":
      return onTick(model);
    case "stopAsked":
      return leaveNow(model, message.code);
    case "linkChanged":
      return onLinkChanged(model, message.link);
    case "snapshot":
      return onSnapshot(model, message.snapshot);
    case "tokenAsked":
      return onTokenAsked(model, message.problem);
    case "folderLoaded":
      return onFolderLoaded(model, message);
    case "folderFailed":
      return onFolderFailed(model, message);
    case "progressed":
      return stepTo(onProgressed(model, message.reports));
    case "conflictFound":
      return onConflictFound(model, message);
    case "transferEnded":
      return onTransferEnded(model, message.id, message.end);
    case "operationEnded":
      return onOperationEnded(model, message);
    case "historyLoaded":
      return onHistoryLoaded(model, message);
    case "historyFailed":
      return onHistoryFailed(model, message);
    case "previewLoaded":
    case "detailsLoaded":
    case "digestProgressed":
    case "digestLoaded":
    case "lookFailed":
      return stepTo(onLookAnswer(model, message));
    case "found":
      return stepTo(onFound(model, message));
    case "searchEnded":
      return stepTo(onSearchEnded(model, message));
    case "trashLoaded":
      return stepTo(onTrashLoaded(model, message.entries));
    case "trashFailed":
      return stepTo(onTrashFailed(model, message.reason));
    default:
      return message satisfies never;
  }
}

/** Folders that have changed are read again. */
function onTick(model: Model): Step {
  return andThen(reloadWhereDue(model, "local"), (next) => reloadWhereDue(next, "server"));
}
