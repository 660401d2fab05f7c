import { answererText } from "#protocol/answerer_text.ts";
import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import type { Snapshot, SnapshotOperation } from "#protocol/replies.ts";
import type { ServerPlace } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import type { Canvas } from "./canvas.ts";
import { putHeader } from "./header_line.ts";
import { cell, type Line, segment } from "./line.ts";
import { countText, placeText } from "./place_text.ts";
import { shownText } from "./shown_text.ts";
import type { Tone } from "./style.ts";
import { headingLine, rowLine, type TableColumn } from "./table.ts";
import { putThroughput } from "./throughput_chart.ts";
import { bytesText } from "./transfer_text.ts";
import { putText } from "./wrapped_text.ts";

/** Draws the live state of the server. */
export function putServer(canvas: Canvas, model: Model, place: ServerPlace): void {
  const { snapshot } = model.server;
  putHeader(canvas, place.header, {
    title: "SERVER",
    hasKeys: true,
    subject: snapshot === undefined ? "" : shownText(snapshot.agent),
    facts: snapshot === undefined ? [] : [
      ...roleFact(model),
      ...answererFacts(snapshot),
      [segment(`up ${upText(snapshot.uptimeSeconds)}`)],
    ],
  });
  if (place.chart !== undefined) {
    canvas.rule(place.chart.header.row, "├┤");
    putThroughput(canvas, model.server.rates, place.chart);
  }
  canvas.rule(place.tableHeader.row, "├┤");
  putTableHeader(canvas, snapshot, place);
  const columns = OPERATION_COLUMNS;
  const { list } = place;
  canvas.put(place.headings.row, place.headings.column, headingLine(columns, list.columns));
  if (snapshot === undefined) {
    const text = model.link.state === "online"
      ? "Waiting for the server's first report…"
      : "The server is not there. This page goes on when it is back.";
    putText(canvas, place.settings, text, "dim");
    return;
  }
  settingsLines(snapshot).forEach((line, row) => {
    canvas.put(place.settings.row + row, place.settings.column + 1, [
      cell(line, place.settings.columns - 2),
    ]);
  });
  for (let row = 0; row < list.rows; row++) {
    const index = model.server.top + row;
    const operation = snapshot.operations[index];
    if (operation === undefined) break;
    const line = rowLine(columns, list.columns, operation, index === model.server.cursor);
    canvas.put(list.row + row, list.column, line);
  }
}

/** What the access token allows, where that is not everything. */
function roleFact({ link }: Model): readonly Line[] {
  const role = link.state === "online" ? link.role : undefined;
  return role === undefined ? [] : [[segment(`your role: ${role}`, "warn")]];
}

function putTableHeader(
  canvas: Canvas,
  snapshot: Snapshot | undefined,
  place: ServerPlace,
): void {
  const facts: readonly Line[] = snapshot === undefined || snapshot.waiting === 0
    ? []
    : [[segment(`${snapshot.waiting} waiting for a worker`, "warn")]];
  putHeader(canvas, place.tableHeader, {
    title: "CONNECTIONS",
    hasKeys: false,
    subject: snapshot === undefined
      ? ""
      : `${snapshot.connections.open} of at most ${snapshot.connections.max}`,
    facts,
  });
}

function answererFacts(snapshot: Snapshot): readonly Line[] {
  const text = answererText(snapshot);
  if (text === undefined) return [];
  const { processes } = snapshot;
  const isShort = processes !== undefined && processes.running < processes.count;
  return [[segment(shownText(text), isShort ? "warn" : "plain")]];
}

function settingsLines(snapshot: Snapshot): readonly string[] {
  const { workers, throttle } = snapshot;
  const limit = (rate: number): string => rate === 0 ? "no limit" : formatRate(rate);
  const delay = throttle.chunkDelayMs === 0 ? "" : `, ${throttle.chunkDelayMs} ms apart`;
  return [
    `Workers   ${workers.leased} busy, ${workers.idle} idle, at most ${workers.limit}` +
    ` · ${countText(snapshot.transfers, "transfer")}`,
    `Throttle  all ${limit(throttle.rate)}, each ${limit(throttle.ratePerConnection)}` +
    ` · chunks ${formatBytes(throttle.chunkBytes)}${delay}`,
  ];
}

const OPERATION_COLUMNS: readonly TableColumn<SnapshotOperation>[] = [
  {
    title: "#",
    columns: 4,
    align: "right",
    from: 60,
    text: ({ connectionId }) => String(connectionId),
  },
  { title: "Peer", columns: 15, cut: "middle", text: ({ peer }) => shownText(peer) },
  {
    title: "Worker",
    columns: 6,
    align: "right",
    from: 70,
    text: ({ worker }) => worker === undefined ? "–" : String(worker),
  },
  { title: "Doing", columns: 10, text: doingText, tone: doingTone },
  {
    title: "File",
    columns: "rest",
    cut: "middle",
    from: 60,
    text: ({ path }) => path === undefined ? "" : placeText("server", path, undefined),
  },
  { title: "Bytes", columns: 14, align: "right", from: 92, text: progressText },
  {
    title: "Rate",
    columns: 9,
    align: "right",
    text: ({ rate }) => rate > 0 ? formatRate(rate) : "–",
  },
  {
    title: "Open",
    columns: 8,
    align: "right",
    from: 110,
    text: ({ secondsOpen }) => formatSeconds(secondsOpen),
  },
];

function doingText(operation: SnapshotOperation): string {
  const { state, position } = operation;
  if (state === "waiting") return position === undefined ? "waiting" : `waiting ${position}`;
  return state === "working" ? shownText(operation.operation ?? "working") : state;
}

function doingTone({ state }: SnapshotOperation): Tone {
  if (state === "working") return "good";
  return state === "waiting" ? "warn" : "dim";
}

function progressText({ doneBytes, totalBytes }: SnapshotOperation): string {
  if (doneBytes === undefined) return "";
  return totalBytes === undefined ? formatBytes(doneBytes) : bytesText(doneBytes, totalBytes);
}

/** Days tell more than a hundred hours. */
function upText(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  if (days === 0) return formatSeconds(seconds);
  return `${countText(days, "day")} ${Math.floor((seconds % 86_400) / 3600)} h`;
}
