import { formatBytes } from "#protocol/byte_units.ts";
import type { TrashEntry } from "#protocol/replies.ts";
import type { DialogRegion } from "../../model/layout.ts";
import type { Dialog, FoundRow } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { previewLines } from "../../model/preview_lines.ts";
import type { Canvas } from "../canvas.ts";
import { entryName, entryTone } from "../entry_name.ts";
import { blank, cell, fitLine, type Line, retone, segment } from "../line.ts";
import { countText, placeText } from "../place_text.ts";
import { shownText, withoutLooseMarks } from "../shown_text.ts";
import type { Tone } from "../style.ts";
import { shortTime } from "../time_text.ts";
import { putBox } from "./box.ts";

const SIZE = 7;
const TIME = 6;

/** Draws the beginning of a file, as text or, of a binary one, in hex. */
export function putPreview(
  canvas: Canvas,
  model: Model,
  dialog: Extract<Dialog, { kind: "preview" }>,
  region: DialogRegion,
): void {
  const { side, path, preview, problem, top } = dialog;
  const { list } = region;
  putBox(canvas, region.rect, {
    title: placeText(side, path, model.homeFolder),
    hints: [["↑↓", "scroll"], ["Esc", "close"]],
  });
  if (preview === undefined) {
    putStatus(canvas, region, problem, "Reading…");
    return;
  }
  const { lines } = previewLines(preview);
  for (let row = 0; row < list.rows; row++) {
    const text = lines[top + row];
    if (text === undefined) break;
    canvas.put(list.row + row, list.column, [cell(withoutLooseMarks(text), list.columns)]);
  }
  if (lines.length === 0) putStatus(canvas, region, undefined, "The file is empty.");
  const isCut = preview.bytes.byteLength < preview.sizeBytes;
  const size = isCut
    ? `first ${formatBytes(preview.bytes.byteLength)} of ${formatBytes(preview.sizeBytes)}`
    : formatBytes(preview.sizeBytes);
  const last = Math.min(lines.length, top + list.rows);
  putCorner(canvas, region, `line ${last} of ${lines.length}, ${size}`);
}

/** Draws what a search has found so far. */
export function putFound(
  canvas: Canvas,
  model: Model,
  dialog: Extract<Dialog, { kind: "found" }>,
  region: DialogRegion,
): void {
  const { folder, pattern, entries, isSearching, problem, cursor, top } = dialog;
  const place = placeText("server", folder, undefined);
  putBox(canvas, region.rect, {
    title: `Search for ${shownText(pattern)} below ${place}`,
    hints: [["Enter", "go there"], ["↑↓", "move"], ["Esc", isSearching ? "stop" : "close"]],
  });
  putRows(canvas, region, { entries, top, cursor }, (row) => foundLine(row, model, region));
  const count = `${countText(entries.length, "entry", "entries")} found`;
  const text = isSearching ? `searching… ${count} so far` : count;
  putLastLine(canvas, region, problem, text);
}

/** Draws what the server's trash holds. */
export function putTrash(
  canvas: Canvas,
  model: Model,
  dialog: Extract<Dialog, { kind: "trash" }>,
  region: DialogRegion,
): void {
  const { entries, selected, cursor, top, problem, isEmptying } = dialog;
  putBox(canvas, region.rect, {
    title: "Trash of the server",
    hints: isEmptying
      ? [["y", "remove for good"], ["n", "keep"]]
      : [["Enter", "restore"], ["Space", "select"], ["e", "empty"], ["Esc", "close"]],
    ...(isEmptying ? { tone: "bad" as const } : {}),
  });
  if (entries === undefined) {
    putStatus(canvas, region, problem, "Reading…");
    return;
  }
  if (entries.length === 0) putStatus(canvas, region, undefined, "The trash is empty.");
  putRows(
    canvas,
    region,
    { entries, top, cursor },
    (entry) => trashLine(entry, model, region, selected.has(entry.id)),
  );
  const some = selected.size > 0 ? `${selected.size} selected` : "all";
  const text = isEmptying
    ? `Remove ${some} for good? It cannot be undone.`
    : `${countText(entries.length, "entry", "entries")}${
      selected.size > 0 ? `, ${selected.size} selected` : ""
    }`;
  putLastLine(canvas, region, problem, text, isEmptying ? "bad" : "dim");
}

function foundLine(row: FoundRow, model: Model, { list }: DialogRegion): Line {
  const size = row.kind === "file" ? formatBytes(row.sizeBytes) : "–";
  const name = Math.max(1, list.columns - 2 - 1 - SIZE - 2 - TIME);
  const path = entryName(row.path, row.kind);
  return [
    cell(path, name, { cut: "middle", tone: entryTone(row.kind) }),
    blank(1),
    cell(size, SIZE, { align: "right", tone: "dim" }),
    blank(2),
    cell(shortTime(row.modifiedAtMs, model.nowMs), TIME, { tone: "dim" }),
  ];
}

function trashLine(
  entry: TrashEntry,
  model: Model,
  { list }: DialogRegion,
  isSelected: boolean,
): Line {
  const size = entry.kind === "file" ? formatBytes(entry.sizeBytes) : "–";
  const name = Math.max(1, list.columns - 2 - 2 - 1 - SIZE - 2 - TIME);
  return [
    cell(isSelected ? "●" : "", 2, { tone: "selected" }),
    cell(entryName(entry.path, entry.kind), name, {
      cut: "middle",
      tone: isSelected ? "selected" : entryTone(entry.kind),
    }),
    blank(1),
    cell(size, SIZE, { align: "right", tone: "dim" }),
    blank(2),
    cell(shortTime(entry.deletedAtMs, model.nowMs), TIME, { tone: "dim" }),
  ];
}

function putRows<Row>(
  canvas: Canvas,
  { list }: DialogRegion,
  window: { readonly entries: readonly Row[]; readonly top: number; readonly cursor: number },
  draw: (row: Row) => Line,
): void {
  const { entries, top, cursor } = window;
  for (let row = 0; row < list.rows; row++) {
    const entry = entries[top + row];
    if (entry === undefined) break;
    const isCursor = top + row === cursor;
    const line = fitLine([segment(isCursor ? "▸ " : "  ", "accent"), ...draw(entry)], list.columns);
    canvas.put(list.row + row, list.column, isCursor ? retone(line, "cursor") : line);
  }
}

/** The line below the list: what went wrong, or how much there is. */
function putLastLine(
  canvas: Canvas,
  { rect, list }: DialogRegion,
  problem: string | undefined,
  text: string,
  tone: Tone = "dim",
): void {
  const isBad = problem !== undefined;
  const shown = isBad ? `✗ ${shownText(problem)}` : text;
  const row = rect.row + rect.rows - 2;
  canvas.put(row, list.column, [cell(shown, list.columns, { tone: isBad ? "bad" : tone })]);
}

/** Text in place of a list that is not there. */
function putStatus(
  canvas: Canvas,
  { list }: DialogRegion,
  problem: string | undefined,
  text: string,
): void {
  const isBad = problem !== undefined;
  const shown = isBad ? `✗ ${shownText(problem)}` : text;
  canvas.put(list.row, list.column, [cell(shown, list.columns, { tone: isBad ? "bad" : "dim" })]);
}

/** A text at the right end of the bottom border. */
function putCorner(canvas: Canvas, { rect }: DialogRegion, text: string): void {
  const room = rect.columns - 36;
  if (text.length > room) return;
  const column = rect.column + rect.columns - text.length - 4;
  canvas.put(rect.row + rect.rows - 1, column, [blank(1), segment(text, "dim"), blank(1)]);
}
