import type { Model } from "../model/model.ts";
import type { Pane } from "../model/pane.ts";

/** Puts a pane in place of its former self. */
export function withPane(model: Model, pane: Pane): Model {
  return { ...model, panes: { ...model.panes, [pane.side]: pane } };
}

/** The pane that has the keys; while the transfers have them, the local one. */
export function activePane(model: Model): Pane {
  return model.panes[model.focus === "server" ? "server" : "local"];
}
