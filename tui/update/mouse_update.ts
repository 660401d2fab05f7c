import type { MouseEvent } from "../input/input_event.ts";
import type { Layout } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import { onDialogMouse } from "./dialogs/dialog_mouse.ts";
import { isInside, WHEEL_ROWS } from "./hit.ts";
import { scrolled } from "./list_moves.ts";
import { placesOf } from "./places.ts";
import { runAction } from "./run_action.ts";
import {
  isListShown,
  listFacts,
  rectOf,
  SCREEN_LISTS,
  type ScreenList,
  withListState,
} from "./screen_list.ts";
import { type Step, stepTo } from "./step.ts";
import { showView } from "./view_actions.ts";

/** A second press within this time is a double click, in ms. */
const DOUBLE_CLICK_MS = 400;

/** Does what the mouse says: a click focuses, a double click opens, the wheel scrolls. */
export function onMouse(model: Model, event: MouseEvent): Step {
  if (event.action === "release") return stepTo(model);
  const places = placesOf(model);
  const dialog = model.dialogs.at(-1);
  if (event.action === "press") {
    const isDouble = isDoubleClick(model, event);
    const clicked = withClick(model, event, isDouble);
    if (dialog !== undefined) return onDialogMouse(clicked, dialog, places.dialog, event, isDouble);
    return onPress(clicked, event, places, isDouble);
  }
  if (dialog !== undefined) return onDialogMouse(model, dialog, places.dialog, event, false);
  return onWheel(model, event, places);
}

function onPress(model: Model, event: MouseEvent, places: Layout, isDouble: boolean): Step {
  const tab = places.tabs.find(({ rect }) => isInside(rect, event));
  if (tab !== undefined) return showView(model, tab.view);
  const list = listAt(model, event, places);
  if (list === undefined) return focusByHeader(model, event, places);
  const focused = withFocus(model, list);
  const { top, count } = listFacts(focused, list, places);
  const cursor = top + event.row - rectOf(model, list, places).row;
  if (cursor >= count) return stepTo(focused);
  const moved = withListState(focused, list, { cursor, top });
  return isDouble && list !== "operations" ? runAction(moved, "open") : stepTo(moved);
}

function onWheel(model: Model, event: MouseEvent, places: Layout): Step {
  const list = listAt(model, event, places);
  if (list === undefined) return stepTo(model);
  const facts = listFacts(model, list, places);
  if (facts.count === 0) return stepTo(model);
  const by = event.action === "wheelUp" ? -WHEEL_ROWS : WHEEL_ROWS;
  return stepTo(withListState(model, list, scrolled(facts, by, facts.count, facts.height)));
}

function listAt(model: Model, event: MouseEvent, places: Layout): ScreenList | undefined {
  return SCREEN_LISTS.find((list) =>
    isListShown(model, list, places) &&
    isInside(rectOf(model, list, places), event)
  );
}

/** The line with a list's title gives it the keys, too. */
function focusByHeader(model: Model, event: MouseEvent, places: Layout): Step {
  if (model.view !== "files") return stepTo(model);
  const { panes, panel } = places;
  const isOn = (place: Layout["panel"]): boolean => place.isShown && isInside(place.header, event);
  if (isOn(panes.local)) return stepTo(withFocus(model, "localPane"));
  if (isOn(panes.server)) return stepTo(withFocus(model, "serverPane"));
  return stepTo(isOn(panel) ? withFocus(model, "transfers") : model);
}

function withFocus(model: Model, list: ScreenList): Model {
  if (model.view !== "files") return model;
  const focus = list === "localPane" ? "local" : list === "serverPane" ? "server" : "transfers";
  return model.focus === focus ? model : { ...model, focus };
}

/** A third press begins anew. */
function withClick(model: Model, { column, row }: MouseEvent, isDouble: boolean): Model {
  return { ...model, lastClick: isDouble ? undefined : { column, row, atMs: model.nowMs } };
}

function isDoubleClick({ lastClick, nowMs }: Model, { column, row }: MouseEvent): boolean {
  // A hand shakes by a cell or two along the row.
  return lastClick !== undefined && lastClick.row === row &&
    Math.abs(lastClick.column - column) <= 2 && nowMs - lastClick.atMs <= DOUBLE_CLICK_MS;
}
