import type { HistoryRecord } from "#protocol/replies.ts";
import type { HistoryView } from "../model/history_view.ts";
import type { MessageBody } from "../model/message.ts";
import type { Model } from "../model/model.ts";
import { clampCursor } from "./list_moves.ts";
import { type Step, stepTo } from "./step.ts";

/** Most records that are kept. */
const MAX_HISTORY = 5_000;

/** The record under the cursor. */
export function historyRecordAtCursor(model: Model): HistoryRecord | undefined {
  return model.history.rows[model.history.cursor];
}

/** Reads the history, unless the server is gone: then what was read before stays. */
export function loadHistory(model: Model): Step {
  if (model.link.state !== "online") return stepTo(model);
  const loadId = model.history.loadId + 1;
  const { onlyFailed } = model.history;
  const seenRecords = model.server.snapshot?.historyRecords;
  const next = withHistory(model, { loadId, isLoading: true, failure: undefined, seenRecords });
  return stepTo(next, { kind: "loadHistory", loadId, onlyFailed });
}

/** Reads the history again when the view shows it and the server has more by now. */
export function loadHistoryWhenStale(model: Model): Step {
  const { seenRecords, isLoading } = model.history;
  const count = model.server.snapshot?.historyRecords;
  const isStale = count !== undefined && count !== seenRecords;
  if (model.view !== "history" || isLoading || !isStale) return stepTo(model);
  return loadHistory(model);
}

/** Shows what was read. */
export function onHistoryLoaded(
  model: Model,
  message: Extract<MessageBody, { kind: "historyLoaded" }>,
): Step {
  if (message.loadId !== model.history.loadId) return stepTo(model);
  const records = message.records.slice(0, MAX_HISTORY);
  const next = withHistory(model, { records, isLoading: false, failure: undefined });
  return loadHistoryWhenStale({ ...next, history: withHistoryRows(next.history) });
}

/** Says why it could not be read; what was read before stays. */
export function onHistoryFailed(
  model: Model,
  message: Extract<MessageBody, { kind: "historyFailed" }>,
): Step {
  if (message.loadId !== model.history.loadId) return stepTo(model);
  return stepTo(withHistory(model, { isLoading: false, failure: message.reason }));
}

/** Shows only what failed, or all again. */
export function toggleOnlyFailed(model: Model): Step {
  const { history } = model;
  const next = { ...history, onlyFailed: !history.onlyFailed, cursor: 0, top: 0 };
  return loadHistory({ ...model, history: withHistoryRows(next) });
}

/** Narrows the rows to the records that hold the filter's text; the cursor stays on its record. */
export function withHistoryRows(history: HistoryView): HistoryView {
  const { records, onlyFailed } = history;
  const wanted = history.filter?.input.text.toLowerCase() ?? "";
  const rows = records.filter((record) =>
    (!onlyFailed || hasFailed(record)) && (wanted === "" || holds(record, wanted))
  );
  const id = history.rows[history.cursor]?.id;
  // At the newest one it stays there: new ones come in above.
  const found = history.cursor === 0 ? 0 : rows.findIndex((record) => record.id === id);
  const cursor = found === -1 ? clampCursor(history.cursor, rows.length) : found;
  return { ...history, rows, cursor };
}

/** Changes the view History. */
export function withHistory(model: Model, change: Partial<HistoryView>): Model {
  return { ...model, history: { ...model.history, ...change } };
}

function hasFailed({ outcome }: HistoryRecord): boolean {
  return outcome !== "done" && outcome !== "cancelled";
}

function holds(record: HistoryRecord, wanted: string): boolean {
  const { path, target, peer, operation, outcome } = record;
  return [path, target ?? "", peer, operation, outcome].some((text) =>
    text.toLowerCase().includes(wanted)
  );
}
