import type { ActionId } from "../model/action.ts";
import type { Model } from "../model/model.ts";
import { cancelByKey } from "./cancel_key.ts";
import { whyNot } from "./action_limits.ts";
import { openDelete } from "./dialogs/delete_keys.ts";
import { openGoto, openMkdir, openRename, openSearch } from "./dialogs/prompt_open.ts";
import { openTrash } from "./dialogs/trash_keys.ts";
import { withDialog } from "./dialog_stack.ts";
import { toggleOnlyFailed } from "./history_update.ts";
import { clearHistoryFilter, repeatAtCursor, startHistoryFilter } from "./history_actions.ts";
import { askToQuit } from "./leave.ts";
import { openDetails, openPreview } from "./look_open.ts";
import { moveInList } from "./move_in_list.ts";
import { withNotice } from "./notice.ts";
import {
  clearPane,
  cycleSort,
  inActivePane,
  invertSelection,
  openParent,
  reverseSort,
  startFilter,
  toggleHidden,
  toggleSelected,
} from "./pane_actions.ts";
import { openAtCursor } from "./open_at_cursor.ts";
import { type Step, stepTo } from "./step.ts";
import { EMPTY_INPUT } from "./text_input.ts";
import { transferTargets } from "./transfer_add.ts";
import {
  atCursor,
  changeRate,
  cycleJobs,
  dismissAll,
  dismissRow,
  pauseOrResumeAll,
  pauseTransfer,
  resumeTransfer,
  retryTransfer,
} from "./transfer_control.ts";
import { focusOn, nextView, refresh, showView, switchPane } from "./view_actions.ts";

/** Does an action, or tells why it cannot be done now. */
export function runAction(model: Model, id: ActionId): Step {
  const why = whyNot(model, id);
  if (why !== undefined) return stepTo(withNotice(model, sentence(why), "bad"));
  switch (id) {
    case "quit":
      return askToQuit(model);
    case "help":
      return stepTo(withDialog(model, {
        kind: "help",
        choice: { filter: EMPTY_INPUT, cursor: 0, top: 0 },
      }));
    case "menu":
      return stepTo(withDialog(model, { kind: "menu", cursor: 0 }));
    case "viewFiles":
      return showView(model, "files");
    case "viewTransfers":
      return showView(model, "transfers");
    case "viewHistory":
      return showView(model, "history");
    case "viewServer":
      return showView(model, "server");
    case "nextView":
      return nextView(model);
    case "switchPane":
      return switchPane(model);
    case "leftPane":
      return focusOn(model, "local");
    case "rightPane":
      return focusOn(model, "server");
    case "focusTransfers":
      return focusOn(model, "transfers");
    case "up":
    case "down":
    case "pageUp":
    case "pageDown":
    case "first":
    case "last":
      return moveInList(model, id);
    case "open":
      return openAtCursor(model);
    case "parent":
      return openParent(model);
    case "goto":
      return openGoto(model);
    case "select":
      return inActivePane(model, toggleSelected);
    case "invertSelection":
      return inActivePane(model, invertSelection);
    case "clearSelection":
      return model.view === "history" ? clearHistoryFilter(model) : inActivePane(model, clearPane);
    case "sort":
      return inActivePane(model, cycleSort);
    case "reverseSort":
      return inActivePane(model, reverseSort);
    case "filter":
      return model.view === "history"
        ? startHistoryFilter(model)
        : inActivePane(model, startFilter);
    case "showHidden":
      return inActivePane(model, toggleHidden);
    case "refresh":
      return refresh(model);
    case "upload":
      return transferTargets(model, "upload");
    case "download":
      return transferTargets(model, "download");
    case "rename":
      return openRename(model);
    case "delete":
      return openDelete(model, false);
    case "deletePermanently":
      return openDelete(model, true);
    case "mkdir":
      return openMkdir(model);
    case "checksum":
      return openDetails(model, true);
    case "preview":
      return openPreview(model);
    case "details":
      return openDetails(model, false);
    case "search":
      return openSearch(model);
    case "trash":
      return openTrash(model);
    case "pause":
      return atCursor(
        model,
        (next, transfer) =>
          transfer.phase === "paused"
            ? resumeTransfer(next, transfer)
            : pauseTransfer(next, transfer),
      );
    case "pauseAll":
      return pauseOrResumeAll(model);
    case "cancel":
      return atCursor(model, cancelByKey);
    case "retry":
      return atCursor(model, retryTransfer);
    case "dismiss":
      return dismissRow(model);
    case "dismissAll":
      return dismissAll(model);
    case "rateUp":
      return atCursor(model, (next, transfer) => changeRate(next, transfer, "up"));
    case "rateDown":
      return atCursor(model, (next, transfer) => changeRate(next, transfer, "down"));
    case "jobs":
      return cycleJobs(model);
    case "historyFailed":
      return toggleOnlyFailed(model);
    case "repeat":
      return repeatAtCursor(model);
    case "reconnect":
      return stepTo(withNotice(model, "Connecting …"), { kind: "reconnect" });
    default:
      return id satisfies never;
  }
}

/** `the server is there` → `The server is there`. */
function sentence(why: string): string {
  return why.charAt(0).toUpperCase() + why.slice(1);
}
