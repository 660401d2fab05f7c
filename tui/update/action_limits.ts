import type { ActionId } from "../model/action.ts";
import type { Model } from "../model/model.ts";
import type { Pane } from "../model/pane.ts";
import { historyRecordAtCursor } from "./history_update.ts";
import { entryAtCursor, hasParent, hasTargets } from "./pane_rows.ts";
import { hasEnded, isActive, isGoing, RETRY_PHASES, transferAtCursor } from "./transfer_rows.ts";
import { whyNotAllowed } from "./role_limits.ts";
import { activePane } from "./with_pane.ts";

/**
 * Says why an action cannot be done now.
 *
 * @returns Words for people; undefined when it can be done.
 */
export function whyNot(model: Model, id: ActionId): string | undefined {
  return whyNotAllowed(model, id) ?? whyNotNow(model, id);
}

function whyNotNow(model: Model, id: ActionId): string | undefined {
  switch (id) {
    case "upload":
      return whyNoTransfer(model, model.panes.local);
    case "download":
      return whyNoTransfer(model, model.panes.server);
    case "rename":
    case "delete":
      return whyNoReach(model) ?? whyNoTargets(model, id);
    case "deletePermanently":
      if (model.focus !== "server") return "local files are always deleted for good";
      return whyNoReach(model) ?? whyNoTargets(model, id);
    case "mkdir":
    case "goto":
      return whyNoReach(model);
    case "refresh":
      return model.view === "history" ? whyOffline(model) : whyNoReach(model);
    case "checksum":
    case "preview":
      return whyNoReach(model) ?? whyNoFile(activePane(model));
    case "details":
      return whyNoReach(model) ?? whyNoEntry(activePane(model));
    case "search":
    case "trash":
      return whyOffline(model);
    case "open":
      return whyNoOpen(model);
    case "parent":
      return whyNoReach(model) ?? whyNoParent(activePane(model));
    case "pause":
      return whyNoTransferKey(model, id);
    case "cancel":
    case "retry":
    case "rateUp":
    case "rateDown":
    case "dismiss":
      return whyNoTransferKey(model, id);
    case "pauseAll":
      return model.transfers.rows.some((row) => isGoing(row) || row.phase === "paused")
        ? undefined
        : "no transfer runs or is paused";
    case "dismissAll":
      return model.transfers.rows.some(hasEnded) ? undefined : "no transfer has ended";
    case "repeat":
      return whyNoRepeat(model);
    case "reconnect":
      return model.link.state === "offline" ? undefined : "the server is there";
    case "quit":
    case "help":
    case "viewFiles":
    case "viewTransfers":
    case "viewHistory":
    case "viewServer":
    case "nextView":
    case "switchPane":
    case "leftPane":
    case "rightPane":
    case "focusTransfers":
    case "up":
    case "down":
    case "pageUp":
    case "pageDown":
    case "first":
    case "last":
    case "select":
    case "invertSelection":
    case "clearSelection":
    case "sort":
    case "reverseSort":
    case "filter":
    case "showHidden":
    case "menu":
    case "jobs":
    case "historyFailed":
      return undefined;
    default:
      return id satisfies never;
  }
}

function whyOffline(model: Model): string | undefined {
  switch (model.link.state) {
    case "online":
      return undefined;
    case "connecting":
      return "not connected yet";
    case "offline":
      return "the server cannot be reached";
    default:
      return model.link satisfies never;
  }
}

/** Local things can always be done. */
function whyNoReach(model: Model): string | undefined {
  return activePane(model).side === "server" ? whyOffline(model) : undefined;
}

function whyNoTransfer(model: Model, pane: Pane): string | undefined {
  const offline = whyOffline(model);
  if (offline !== undefined) return offline;
  // The cursor of a pane that has not the keys is easily overlooked; a selection was made on purpose.
  if (model.focus !== pane.side && pane.selected.size === 0) {
    return `nothing is selected in the ${pane.side} pane`;
  }
  return hasTargets(pane) ? undefined : "nothing is selected";
}

function whyNoTargets(
  model: Model,
  id: "rename" | "delete" | "deletePermanently",
): string | undefined {
  const pane = activePane(model);
  if (id === "rename") return whyNoEntry(pane);
  return hasTargets(pane) ? undefined : "nothing is selected";
}

function whyNoEntry(pane: Pane): string | undefined {
  const entry = entryAtCursor(pane);
  return entry === undefined || entry.name === ".." ? "the cursor is on no entry" : undefined;
}

function whyNoFile(pane: Pane): string | undefined {
  return entryAtCursor(pane)?.kind === "file" ? undefined : "the cursor is not on a file";
}

function whyNoParent({ side, folder, opening }: Pane): string | undefined {
  return hasParent(side, opening ?? folder) ? undefined : "there is no folder above";
}

function whyNoOpen(model: Model): string | undefined {
  if (model.view === "history") {
    return historyRecordAtCursor(model) === undefined ? "there is no entry" : undefined;
  }
  if (model.view === "transfers" || model.focus === "transfers") {
    return transferAtCursor(model) === undefined ? "there is no transfer" : undefined;
  }
  return whyNoReach(model) ??
    (entryAtCursor(activePane(model)) === undefined ? whyEmpty(activePane(model)) : undefined);
}

function whyEmpty({ filter, entries }: Pane): string {
  return filter !== undefined && entries.length > 0
    ? "no name has the filter's text in it"
    : "the folder is empty";
}

function whyNoTransferKey(
  model: Model,
  id: "pause" | "cancel" | "retry" | "rateUp" | "rateDown" | "dismiss",
): string | undefined {
  const transfer = transferAtCursor(model);
  if (transfer === undefined) return "there is no transfer";
  const { phase } = transfer;
  switch (id) {
    case "pause":
      return isGoing(transfer) || phase === "paused" ? undefined : "it has ended";
    case "cancel":
      return isActive(transfer) || ["queued", "paused", "failed"].includes(phase)
        ? undefined
        : "it has ended";
    case "retry":
      return RETRY_PHASES.includes(phase) ? undefined : "it has not failed";
    case "rateUp":
      if (hasEnded(transfer)) return "it has ended";
      return transfer.limitRate === 0 ? "it has no limit" : undefined;
    case "rateDown":
      return hasEnded(transfer) ? "it has ended" : undefined;
    case "dismiss":
      return hasEnded(transfer) ? undefined : "it has not ended";
    default:
      return id satisfies never;
  }
}

function whyNoRepeat(model: Model): string | undefined {
  const record = historyRecordAtCursor(model);
  if (record === undefined) return "there is no entry";
  if (record.operation !== "upload" && record.operation !== "download") {
    return "only uploads and downloads can be repeated";
  }
  return whyOffline(model);
}
