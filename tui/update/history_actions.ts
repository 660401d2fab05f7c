import type { Model } from "../model/model.ts";
import { historyRecordAtCursor, withHistoryRows } from "./history_update.ts";
import { withNotice } from "./notice.ts";
import { andThen, type Step, stepTo } from "./step.ts";
import { inputOf } from "./text_input.ts";
import { repeatRecord } from "./transfer_add.ts";

/** Lets the next keys go into the filter. */
export function startHistoryFilter(model: Model): Step {
  const { history } = model;
  const input = inputOf(history.filter?.input.text ?? "");
  return stepTo({ ...model, history: { ...history, filter: { input, isTyping: true } } });
}

/** Shows all records again. */
export function clearHistoryFilter(model: Model): Step {
  const { history } = model;
  if (history.filter === undefined) return stepTo(model);
  return stepTo({ ...model, history: withHistoryRows({ ...history, filter: undefined }) });
}

/** Makes the transfer of the record under the cursor once more. */
export function repeatAtCursor(model: Model): Step {
  const record = historyRecordAtCursor(model);
  if (record === undefined) return stepTo(model);
  return andThen(repeatRecord(model, record), (next) => {
    const isAdded = next.transfers.nextId > model.transfers.nextId;
    const verb = record.operation === "upload" ? "Uploads" : "Downloads";
    return stepTo(isAdded ? withNotice(next, `${verb} ${record.path} again`) : next);
  });
}
