import { answererText } from "#protocol/answerer_text.ts";
import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import { escapeText } from "#protocol/escape_text.ts";
import type { Snapshot, SnapshotOperation } from "#protocol/replies.ts";
import { snapshotLine } from "../output/snapshot_line.ts";
import { BYTES_COLUMNS, GAP, PERCENT_COLUMNS, RATE_COLUMNS } from "./board_columns.ts";
import type { BoardLayout } from "./board_lines.ts";
import { percentText } from "./figures_text.ts";
import { cutEnd, fitText } from "./fit_text.ts";
import type { Tone } from "./paint.ts";

/** Numbers of connections and workers. */
const NUMBER_COLUMNS = 6;
/** `empty trash`. */
const STATE_COLUMNS = 11;
const PEER_COLUMNS = 21;
const MIN_PATH_COLUMNS = 10;
/** Lines above those of the connections: server, counts, bytes, an empty one and the heads. */
const HEAD_LINES = 5;

/**
 * Draws a server's live state: the server as a whole, then a line for each connection that there is
 * room for.
 *
 * @param snapshot What to draw.
 * @param server What to call the server.
 * @param layout The terminal's size and how to measure and colour text.
 * @returns Fewer lines than the terminal has rows, each narrower than it has columns.
 */
export function snapshotLines(
  snapshot: Snapshot,
  server: string,
  layout: BoardLayout,
): readonly string[] {
  const all = Math.max(1, layout.columns - 1);
  const cut = (text: string): string => cutEnd(text, all, layout.measure);
  const room = Math.max(0, layout.rows - 1 - HEAD_LINES);
  if (room === 0) return [cut(snapshotLine(snapshot))];
  const { agent, uptimeSeconds, bytes, changes, historyRecords } = snapshot;
  const answerer = answererText(snapshot);
  const by = answerer === undefined ? "" : `, ${escapeText(answerer)}`;
  const head = [
    cut(`${escapeText(server)}  ${escapeText(agent)}${by}, up for ${formatSeconds(uptimeSeconds)}`),
    cut(snapshotLine(snapshot)),
    cut(
      `since it started: ${formatBytes(bytes.up)} up, ${formatBytes(bytes.down)} down, ` +
        `changes: ${changes}, history records: ${historyRecords}`,
    ),
    "",
  ];
  const shown = snapshot.operations.slice(0, room);
  const hidden = snapshot.connections.open - shown.length;
  // The last line tells what the others have no room for.
  const isFull = hidden > 0 && shown.length === room;
  const lines = shown.slice(0, isFull ? room - 1 : room).map((one) => rowLine(one, all, layout));
  const more = hidden > 0 ? [cut(`and ${hidden + (isFull ? 1 : 0)} more`)] : [];
  return [...head, layout.paint("rest", cut(HEADS)), ...lines, ...more].slice(0, layout.rows - 1);
}

const HEADS = [
  "conn".padStart(NUMBER_COLUMNS),
  "worker".padStart(NUMBER_COLUMNS),
  "doing".padEnd(STATE_COLUMNS),
  "client".padEnd(PEER_COLUMNS),
  "path",
].join(GAP);

const TONES: Readonly<Record<SnapshotOperation["state"], Tone>> = {
  working: "good",
  waiting: "waiting",
  watching: "plain",
  idle: "rest",
};

function rowLine(operation: SnapshotOperation, all: number, layout: BoardLayout): string {
  const { connectionId, worker, state, peer } = operation;
  const doing = fitText(escapeText(doingText(operation)), STATE_COLUMNS, layout.measure);
  const before = [
    String(connectionId).padStart(NUMBER_COLUMNS),
    (worker === undefined ? "-" : String(worker)).padStart(NUMBER_COLUMNS),
  ].join(GAP);
  const client = fitText(escapeText(peer), PEER_COLUMNS, layout.measure);
  const figures = figuresOf(operation);
  const used = before.length + STATE_COLUMNS + PEER_COLUMNS + 3 * GAP.length;
  const forPath = all - used - figures.length - (figures === "" ? 0 : GAP.length);
  if (forPath < MIN_PATH_COLUMNS) {
    return cutEnd(`${before}${GAP}${doing}${GAP}${pathOf(operation)}`, all, layout.measure);
  }
  const path = fitText(pathOf(operation), forPath, layout.measure);
  const behind = figures === "" ? "" : GAP + figures;
  return [before, layout.paint(TONES[state], doing), client, path + behind]
    .join(GAP).trimEnd();
}

function doingText({ state, operation, position }: SnapshotOperation): string {
  if (state === "working") return operation ?? state;
  return position === undefined ? state : `${state} ${position}`;
}

function pathOf({ path }: SnapshotOperation): string {
  if (path === undefined) return "";
  return path === "" ? "/" : escapeText(path);
}

function figuresOf({ state, doneBytes = 0, totalBytes, rate }: SnapshotOperation): string {
  if (state !== "working") return "";
  const parts = [
    totalBytes === undefined ? " ".repeat(PERCENT_COLUMNS) : percentText(doneBytes, totalBytes),
    (totalBytes === undefined
      ? doneBytes > 0 ? formatBytes(doneBytes) : ""
      : `${formatBytes(doneBytes)} / ${formatBytes(totalBytes)}`).padStart(BYTES_COLUMNS),
    formatRate(rate).padStart(RATE_COLUMNS),
  ];
  return parts.join(GAP);
}
