import type { Model } from "../model/model.ts";
import { movedCursor, type MoveId } from "./list_moves.ts";
import { placesOf } from "./places.ts";
import { focusedList, listFacts, withListState } from "./screen_list.ts";
import { type Step, stepTo } from "./step.ts";

/** Moves the cursor of the list that has the keys. */
export function moveInList(model: Model, move: MoveId): Step {
  const list = focusedList(model);
  const { cursor, top, count, height } = listFacts(model, list, placesOf(model));
  const moved = movedCursor(cursor, move, count, height);
  return stepTo(moved === cursor ? model : withListState(model, list, { cursor: moved, top }));
}
