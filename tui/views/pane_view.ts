import { formatBytes } from "#protocol/byte_units.ts";
import type { ListPlace } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import type { Pane, PaneEntry } from "../model/pane.ts";
import type { Canvas } from "./canvas.ts";
import { entryName, entryTone } from "./entry_name.ts";
import { putHeader } from "./header_line.ts";
import { blank, cell, fitLine, type Line, retone, segment } from "./line.ts";
import { countText, groupDigits, placeText } from "./place_text.ts";
import { shownText } from "./shown_text.ts";
import { shortTime } from "./time_text.ts";
import { putText } from "./wrapped_text.ts";

/** Columns of the longest size that `formatBytes` writes, such as `99.9 kB`. */
const SIZE = 7;
const TIME = 6;
/** Cursor, selection and a space. */
const MARKS = 3;
/** From this width on there is room for air between the columns. */
const WIDE = 44;

/**
 * Draws one list of files with its header.
 *
 * @param canvas The frame.
 * @param model What it shows.
 * @param pane Which list.
 * @param place Where it is.
 */
export function putPane(canvas: Canvas, model: Model, pane: Pane, place: ListPlace): void {
  const hasKeys = model.view === "files" && model.focus === pane.side;
  putHeader(canvas, place.header, {
    title: pane.side === "local" ? "LOCAL" : "SERVER",
    hasKeys,
    subject: placeText(pane.side, pane.folder, model.homeFolder),
    facts: paneFacts(pane, place.list.rows),
  });
  const { list } = place;
  const problem = emptyText(model, pane);
  if (problem !== undefined) {
    putText(canvas, list, problem.text, problem.isBad ? "bad" : "dim");
    return;
  }
  for (let row = 0; row < list.rows; row++) {
    const entry = pane.rows[pane.top + row];
    if (entry === undefined) break;
    const isCursor = pane.top + row === pane.cursor;
    const line = entryLine(entry, {
      columns: list.columns,
      nowMs: model.nowMs,
      isCursor,
      isSelected: pane.selected.has(entry.name),
      hasKeys,
    });
    canvas.put(list.row + row, list.column, isCursor && hasKeys ? retone(line, "cursor") : line);
  }
}

interface EntryOptions {
  readonly columns: number;
  readonly nowMs: number;
  readonly isCursor: boolean;
  readonly isSelected: boolean;
  readonly hasKeys: boolean;
}

function entryLine(entry: PaneEntry, options: EntryOptions): Line {
  const { columns, nowMs, isCursor, isSelected, hasKeys } = options;
  const gap = columns >= WIDE ? 3 : 1;
  const name = Math.max(1, columns - MARKS - 1 - SIZE - gap - TIME - 1);
  const isParent = entry.name === "..";
  const size = entry.kind === "file" ? formatBytes(entry.sizeBytes) : isParent ? "" : "–";
  const cursor = isCursor ? (hasKeys ? "▸" : "▹") : " ";
  return fitLine([
    segment(isSelected ? cursor : " ", "accent"),
    isSelected ? segment("●", "selected") : segment(cursor, "accent"),
    blank(1),
    cell(entryName(entry.name, entry.kind), name, {
      cut: "middle",
      tone: isSelected ? "selected" : entryTone(entry.kind),
    }),
    blank(1),
    cell(size, SIZE, { align: "right", tone: "dim" }),
    blank(gap),
    cell(isParent ? "" : shortTime(entry.modifiedAtMs, nowMs), TIME, { tone: "dim" }),
    blank(1),
  ], columns);
}

/** What there is to know of a list, the most important first. */
function paneFacts(pane: Pane, rowsInSight: number): readonly Line[] {
  const { filter, selected, sort } = pane;
  const facts: Line[] = [];
  if (pane.isLoading && !pane.isQuiet) facts.push([segment("reading…", "warn")]);
  if (filter !== undefined) {
    const count = pane.rows.length - (pane.rows[0]?.name === ".." ? 1 : 0);
    facts.push([
      segment(`/${shownText(filter.text)}`, "accent"),
      segment(filter.isTyping ? "▏" : "", "accent"),
      segment(` ${countText(count, "match", "matches")}`, "dim"),
    ]);
  }
  if (selected.size > 0) {
    facts.push([segment("●", "selected"), segment(` ${groupDigits(selected.size)} selected`)]);
  }
  if (sort.by !== "name" || sort.isDescending) {
    facts.push([segment(`${sort.by} ${sort.isDescending ? "▼" : "▲"}`, "dim")]);
  }
  if (pane.rows.length > rowsInSight) {
    const place = `${groupDigits(pane.cursor + 1)} of ${groupDigits(pane.rows.length)}`;
    facts.push([segment(place, "dim")]);
  }
  return facts;
}

/** What stands in a list that has nothing to show. */
function emptyText(
  model: Model,
  pane: Pane,
): { readonly text: string; readonly isBad: boolean } | undefined {
  if (pane.failure !== undefined) return { text: `✗ ${shownText(pane.failure)}`, isBad: true };
  const entries = pane.rows.slice(0, 2);
  if (entries.some(({ name }) => name !== "..")) return undefined;
  if (pane.isLoading && !pane.isQuiet) return { text: "Reading…", isBad: false };
  if (pane.filter !== undefined && pane.filter.text !== "") {
    return { text: "No name has that in it. Esc clears the filter.", isBad: false };
  }
  if (entries.length > 0) return undefined;
  if (pane.side === "server" && model.link.state !== "online") {
    return { text: "The server is not there. Local files work.", isBad: false };
  }
  return { text: "Nothing in here.", isBad: false };
}
