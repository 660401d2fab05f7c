import { type Layout, layoutOf } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import { MENU_ACTIONS } from "./menu_actions.ts";

/** Where everything on the screen is. */
export function placesOf(model: Model): Layout {
  return layoutOf(model, MENU_ACTIONS.length);
}

/** Rows of the transfers that are in sight. */
export function transferHeight(model: Model, places: Layout): number {
  return (model.view === "transfers" ? places.transfers : places.panel).list.rows;
}
