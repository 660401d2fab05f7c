import type { KeyPress } from "../input/input_event.ts";
import type { TextInput } from "../model/dialog.ts";
import type { Model } from "../model/model.ts";
import type { Pane } from "../model/pane.ts";
import { withHistory, withHistoryRows } from "./history_update.ts";
import { keyName } from "./key_name.ts";
import { moveWhileTyping } from "./dialogs/list_keys.ts";
import { moveInList } from "./move_in_list.ts";
import { withRows } from "./pane_rows.ts";
import { type Step, stepTo } from "./step.ts";
import { editedInput, inputOf, withInserted } from "./text_input.ts";
import { activePane, withPane } from "./with_pane.ts";

/** Whether keys go into a filter. */
export function isFiltering(model: Model): boolean {
  if (model.view === "history") return model.history.filter?.isTyping === true;
  return model.view === "files" && model.focus !== "transfers" &&
    activePane(model).filter?.isTyping === true;
}

/** Narrows the list by what is typed: Enter keeps the filter, Escape clears it, arrows move. */
export function onFilterKey(model: Model, press: KeyPress): Step {
  const key = keyName(press);
  if (key === "escape") return stepTo(withFilter(model, undefined, false));
  const input = filterInput(model);
  if (key === "enter" || key === "tab") return stepTo(withFilter(model, input, false));
  const move = moveWhileTyping(key);
  if (move !== undefined) return moveInList(model, move);
  // Backspace in an empty filter ends it, as leaving the way one came in.
  if (key === "backspace" && input.text === "") return stepTo(withFilter(model, undefined, false));
  const edited = editedInput(input, press);
  return stepTo(edited === undefined ? model : withFilter(model, edited, true));
}

/** Puts pasted text into the filter. */
export function onFilterPaste(model: Model, text: string): Step {
  return stepTo(withFilter(model, withInserted(filterInput(model), text), true));
}

function filterInput(model: Model): TextInput {
  if (model.view === "history") return model.history.filter?.input ?? inputOf("");
  return inputOf(activePane(model).filter?.text ?? "");
}

/** An empty filter that nobody types into any more is none. */
function withFilter(model: Model, input: TextInput | undefined, isTyping: boolean): Model {
  const wanted = isTyping || (input?.text ?? "") !== "" ? input : undefined;
  if (model.view === "history") {
    const filter = wanted === undefined ? undefined : { input: wanted, isTyping };
    return withHistory(model, withHistoryRows({ ...model.history, filter }));
  }
  const pane = activePane(model);
  const filter = wanted === undefined ? undefined : { text: wanted.text, isTyping };
  const isSame = (pane.filter?.text ?? "") === (filter?.text ?? "");
  const next: Pane = { ...pane, filter };
  return withPane(model, isSame ? next : withRows(next));
}
