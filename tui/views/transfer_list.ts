import { formatBytes, formatRate } from "#protocol/byte_units.ts";
import type { ListPlace } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import type { Transfer, TransferList, TransferPhase } from "../model/transfer.ts";
import type { Canvas } from "./canvas.ts";
import { putHeader } from "./header_line.ts";
import { blank, cell, fitLine, type Line, segment } from "./line.ts";
import { placeText } from "./place_text.ts";
import { shownText } from "./shown_text.ts";
import { transferRow } from "./transfer_row.ts";
import { filesText, transferStatus } from "./transfer_text.ts";
import { putText, wrapText } from "./wrapped_text.ts";

/** Columns of the names in the details. */
const LABEL = 9;

/** Draws the transfers: in the panel below the panes, or as a page of their own. */
export function putTransferList(canvas: Canvas, model: Model, place: ListPlace): void {
  const { transfers } = model;
  const hasKeys = model.view === "transfers" || model.focus === "transfers";
  const below = transfers.rows.length - transfers.top - place.list.rows;
  putHeader(canvas, place.header, {
    title: "TRANSFERS",
    hasKeys,
    subject: countsText(transfers),
    cut: "end",
    facts: [
      ...(model.isLeaving ? [[segment("quits when they end", "warn")]] : []),
      ...(below > 0 ? [[segment(`${below} more below`, "dim")]] : []),
      ...(model.view === "transfers" ? [[segment(`${transfers.jobs} at once`, "dim")]] : []),
    ],
  });
  if (transfers.rows.length === 0) {
    const text = "Nothing is being transferred. u uploads, d downloads what is selected.";
    putText(canvas, place.list, text, "dim");
    return;
  }
  for (let row = 0; row < place.list.rows; row++) {
    const transfer = transfers.rows[transfers.top + row];
    if (transfer === undefined) break;
    const line = transferRow(transfer, {
      columns: place.list.columns,
      nowMs: model.nowMs,
      isCursor: hasKeys && transfer.id === transfers.cursorId,
    });
    canvas.put(place.list.row + row, place.list.column, line);
  }
}

/** Draws what is known of the transfer under the cursor. */
export function putTransferDetails(
  canvas: Canvas,
  model: Model,
  details: { readonly header: ListPlace["header"]; readonly rect: ListPlace["list"] },
): void {
  const { transfers, nowMs } = model;
  const transfer = transfers.rows.find(({ id }) => id === transfers.cursorId);
  const { header, rect } = details;
  putHeader(canvas, header, {
    title: "DETAILS",
    hasKeys: false,
    ...(transfer === undefined ? {} : { subject: shownText(transfer.name) }),
  });
  if (transfer === undefined) return;
  const room = rect.columns - LABEL - 3;
  const lines = detailPairs(transfer, model).flatMap(([label, text]) =>
    wrapText(text, room).slice(0, 2).map((part, index): Line => [
      cell(index === 0 ? label : "", LABEL, { tone: "dim" }),
      blank(1),
      cell(part, room),
    ])
  );
  const status = transferStatus(transfer, nowMs);
  const state = wrapText(status?.text ?? "moving", room).map((part, index): Line => [
    cell(index === 0 ? "State" : "", LABEL, { tone: "dim" }),
    blank(1),
    cell(part, room, status === undefined ? {} : { tone: status.tone }),
  ]);
  [...state.slice(0, 2), ...lines].slice(0, rect.rows).forEach((line, row) => {
    canvas.put(rect.row + row, rect.column + 1, fitLine(line, rect.columns - 2));
  });
}

function detailPairs(
  transfer: Transfer,
  model: Model,
): readonly (readonly [label: string, text: string])[] {
  const local = placeText("local", transfer.localPath, model.homeFolder);
  const server = `${shownText(model.serverAddress)} ${
    placeText("server", transfer.remotePath, undefined)
  }`;
  const isUpload = transfer.direction === "upload";
  const { progress, result, limitRate } = transfer;
  const size = progress === undefined
    ? "not known yet"
    : `${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}`;
  const files = filesText(transfer);
  const resumed = progress !== undefined && progress.resumedFromBytes > 0
    ? `, ${formatBytes(progress.resumedFromBytes)} were there already`
    : "";
  return [
    ["From", isUpload ? local : server],
    ["To", isUpload ? server : local],
    ["Size", `${size}${files === "" ? "" : `, ${files}`}${resumed}`],
    ["Limit", limitRate > 0 ? `${formatRate(limitRate)}, + and - change it` : "none, - sets one"],
    ...(result?.digest === undefined ? [] : [["Digest", shownText(result.digest)] as const]),
  ];
}

const COUNTED: readonly (readonly [word: string, phases: readonly TransferPhase[]])[] = [
  ["active", ["running", "asking"]],
  ["queued", ["queued"]],
  ["paused", ["paused"]],
  ["failed", ["failed"]],
  ["done", ["done"]],
  ["skipped", ["skipped"]],
  ["cancelled", ["cancelled"]],
];

/** Counts transfers by what they do: `2 active · 1 queued`. */
function countsText(transfers: TransferList): string {
  const parts = COUNTED.flatMap(([word, phases]) => {
    const count = transfers.rows.filter(({ phase }) => phases.includes(phase)).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return parts.join(" · ");
}
