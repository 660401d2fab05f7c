import type { Model, ViewName } from "../model/model.ts";
import { loadHistory } from "./history_update.ts";
import { openFolder } from "./pane_load.ts";
import { type Step, stepTo } from "./step.ts";
import { activePane } from "./with_pane.ts";

const VIEWS: readonly ViewName[] = ["files", "transfers", "history", "server"];

/** Shows a view; the history is read each time that it comes into view. */
export function showView(model: Model, view: ViewName): Step {
  if (model.view === view) return stepTo(model);
  const next = { ...model, view };
  return view === "history" ? loadHistory(next) : stepTo(next);
}

/** Shows the view to the right, and behind the last one the first. */
export function nextView(model: Model): Step {
  const view = VIEWS[(VIEWS.indexOf(model.view) + 1) % VIEWS.length] ?? "files";
  return showView(model, view);
}

/** Gives the keys to a pane or to the transfers below the panes. */
export function focusOn(model: Model, focus: Model["focus"]): Step {
  return stepTo(model.focus === focus ? model : { ...model, focus });
}

/** Gives the keys to the other pane; from the transfers, back to the panes. */
export function switchPane(model: Model): Step {
  return focusOn(model, model.focus === "local" ? "server" : "local");
}

/** Reads again what the view shows. */
export function refresh(model: Model): Step {
  if (model.view === "history") return loadHistory(model);
  const pane = activePane(model);
  const name = pane.rows[pane.cursor]?.name;
  return openFolder(model, pane.side, pane.folder, name);
}
