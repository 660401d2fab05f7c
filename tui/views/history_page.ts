import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import type { HistoryRecord } from "#protocol/replies.ts";
import type { Layout } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import type { Canvas } from "./canvas.ts";
import { putHeader } from "./header_line.ts";
import { inputText } from "./input_text.ts";
import { type Line, segment } from "./line.ts";
import { countText, groupDigits, placeText } from "./place_text.ts";
import { shownText } from "./shown_text.ts";
import { headingLine, rowLine, type TableColumn } from "./table.ts";
import { shortTime } from "./time_text.ts";
import { putText } from "./wrapped_text.ts";

/** A rate over a blink says nothing. */
const LEAST_SECONDS_OF_RATE = 0.1;

const SIGNS: Readonly<Record<HistoryRecord["operation"], string>> = {
  upload: "↑",
  download: "↓",
  archive: "↓",
  rename: "→",
  delete: "×",
  restore: "↺",
  mkdir: "+",
};

/** Draws what was done on the server: when, by whom, what, how much, how fast and how it ended. */
export function putHistory(canvas: Canvas, model: Model, place: Layout["history"]): void {
  const { history } = model;
  putHeader(canvas, place.header, {
    title: "HISTORY",
    hasKeys: true,
    subject: countText(history.rows.length, "entry", "entries"),
    facts: historyFacts(model, place.list.rows),
  });
  const columns = historyColumns(model.nowMs);
  const width = place.list.columns;
  canvas.put(place.headings.row, place.headings.column, headingLine(columns, width));
  const problem = emptyText(model);
  if (problem !== undefined) {
    putText(canvas, place.list, problem.text, problem.isBad ? "bad" : "dim");
    return;
  }
  for (let row = 0; row < place.list.rows; row++) {
    const record = history.rows[history.top + row];
    if (record === undefined) break;
    const isCursor = history.top + row === history.cursor;
    const line = rowLine(columns, width, record, isCursor);
    canvas.put(place.list.row + row, place.list.column, line);
  }
}

function historyColumns(nowMs: number): readonly TableColumn<HistoryRecord>[] {
  return [
    {
      title: "When",
      columns: 6,
      text: ({ atMs }) => shortTime(atMs, nowMs),
      tone: () => "dim",
    },
    { title: "Who", columns: 15, from: 76, cut: "middle", text: ({ peer }) => shownText(peer) },
    { title: "", columns: 1, text: ({ operation }) => SIGNS[operation], tone: () => "accent" },
    { title: "What", columns: 8, from: 92, text: ({ operation }) => operation },
    { title: "Name", columns: "rest", cut: "middle", text: nameText },
    {
      title: "Bytes",
      columns: 7,
      align: "right",
      from: 60,
      text: ({ bytes, operation }) => movesBytes(operation) ? formatBytes(bytes) : "",
    },
    { title: "Rate", columns: 9, align: "right", from: 96, text: rateText },
    {
      title: "Took",
      columns: 7,
      align: "right",
      from: 110,
      text: ({ seconds }) => formatSeconds(seconds),
    },
    {
      title: "Outcome",
      columns: 12,
      text: outcomeText,
      tone: ({ outcome }) => outcome === "done" ? "good" : outcome === "cancelled" ? "dim" : "bad",
    },
  ];
}

function nameText(record: HistoryRecord): string {
  const path = placeText("server", record.path, undefined);
  const { target } = record;
  return target === undefined ? path : `${path} → ${placeText("server", target, undefined)}`;
}

function rateText({ bytes, seconds, operation }: HistoryRecord): string {
  if (!movesBytes(operation) || seconds < LEAST_SECONDS_OF_RATE) return "";
  return formatRate(bytes / seconds);
}

function outcomeText({ outcome, digest }: HistoryRecord): string {
  if (outcome === "cancelled") return "– cancelled";
  if (outcome !== "done") return `✗ ${shownText(outcome).replaceAll("_", " ")}`;
  return digest === undefined ? "✓ done" : "✓ verified";
}

function movesBytes(operation: HistoryRecord["operation"]): boolean {
  return operation === "upload" || operation === "download" || operation === "archive";
}

function historyFacts(model: Model, rowsInSight: number): readonly Line[] {
  const { filter, onlyFailed, rows, cursor } = model.history;
  const facts: Line[] = [];
  if (filter !== undefined) {
    facts.push([segment("/", "accent"), ...inputText(filter.input, 20, filter.isTyping)]);
  }
  if (onlyFailed) facts.push([segment("only what failed", "warn")]);
  if (rows.length > rowsInSight) {
    const place = `${groupDigits(cursor + 1)} of ${groupDigits(rows.length)}`;
    facts.push([segment(place, "dim")]);
  }
  return facts;
}

function emptyText(model: Model): { readonly text: string; readonly isBad: boolean } | undefined {
  const { failure, rows, isLoading, filter, onlyFailed } = model.history;
  if (failure !== undefined) return { text: `✗ ${shownText(failure)}`, isBad: true };
  if (rows.length > 0) return undefined;
  if (isLoading) return { text: "Reading…", isBad: false };
  if (filter !== undefined) return { text: "No entry has that in it.", isBad: false };
  return { text: onlyFailed ? "Nothing failed." : "Nothing was done yet.", isBad: false };
}
