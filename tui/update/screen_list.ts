import type { Layout, Rect } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import type { ListState } from "./list_moves.ts";
import { withHistory } from "./history_update.ts";
import { transferHeight } from "./places.ts";
import { withTransfers } from "./transfer_rows.ts";
import { withPane } from "./with_pane.ts";

/** A list of the screen, not of a dialog. */
export type ScreenList = "localPane" | "serverPane" | "transfers" | "history" | "operations";

/** A list with its cursor, its length and the rows it has in sight. */
export interface ListFacts extends ListState {
  readonly count: number;
  readonly height: number;
}

/** All of them. */
export const SCREEN_LISTS: readonly ScreenList[] = [
  "localPane",
  "serverPane",
  "transfers",
  "history",
  "operations",
];

/** The list that has the keys. */
export function focusedList(model: Model): ScreenList {
  switch (model.view) {
    case "transfers":
    case "history":
      return model.view;
    case "server":
      return "operations";
    case "files":
      if (model.focus === "transfers") return "transfers";
      return model.focus === "local" ? "localPane" : "serverPane";
    default:
      return model.view satisfies never;
  }
}

/** Where a list stands. */
export function listFacts(model: Model, list: ScreenList, places: Layout): ListFacts {
  const height = rectOf(model, list, places).rows;
  switch (list) {
    case "localPane":
    case "serverPane": {
      const { cursor, top, rows } = model.panes[list === "localPane" ? "local" : "server"];
      return { cursor, top, count: rows.length, height };
    }
    case "transfers": {
      const { rows, top, cursorId } = model.transfers;
      const cursor = Math.max(0, rows.findIndex(({ id }) => id === cursorId));
      return { cursor, top, count: rows.length, height: transferHeight(model, places) };
    }
    case "history": {
      const { cursor, top, rows } = model.history;
      return { cursor, top, count: rows.length, height };
    }
    case "operations": {
      const { cursor, top, snapshot } = model.server;
      return { cursor, top, count: snapshot?.operations.length ?? 0, height };
    }
    default:
      return list satisfies never;
  }
}

/** Puts the cursor and the window of a list somewhere else. */
export function withListState(model: Model, list: ScreenList, state: ListState): Model {
  const { cursor, top } = state;
  switch (list) {
    case "localPane":
      return withPane(model, { ...model.panes.local, cursor, top });
    case "serverPane":
      return withPane(model, { ...model.panes.server, cursor, top });
    case "transfers":
      return withTransfers(model, { cursorId: model.transfers.rows[cursor]?.id, top });
    case "history":
      return withHistory(model, { cursor, top });
    case "operations":
      return { ...model, server: { ...model.server, cursor, top } };
    default:
      return list satisfies never;
  }
}

/** Where a list is on the screen, or will be when it is shown. */
export function rectOf(model: Model, list: ScreenList, places: Layout): Rect {
  return placeOf(model, list, places).list;
}

/** Whether a list is on the screen now. */
export function isListShown(model: Model, list: ScreenList, places: Layout): boolean {
  return placeOf(model, list, places).isShown;
}

function placeOf(
  model: Model,
  list: ScreenList,
  places: Layout,
): { readonly list: Rect; readonly isShown: boolean } {
  switch (list) {
    case "localPane":
      return places.panes.local;
    case "serverPane":
      return places.panes.server;
    case "transfers":
      return model.view === "transfers" ? places.transfers : places.panel;
    case "history":
      return places.history;
    case "operations":
      return places.server;
    default:
      return list satisfies never;
  }
}
