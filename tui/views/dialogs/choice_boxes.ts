import type { DialogRegion } from "../../model/layout.ts";
import type { Dialog } from "../../model/dialog.ts";
import { CONFLICT_CHOICES, QUIT_CHOICES } from "../../model/dialog_choices.ts";
import { isUnfinished } from "../../model/layout.ts";
import type { Model } from "../../model/model.ts";
import type { Canvas } from "../canvas.ts";
import { cell, fitLine, type Line, retone, segment } from "../line.ts";
import { countText } from "../place_text.ts";
import { shownText } from "../shown_text.ts";
import { putBox } from "./box.ts";
import { conflictLines } from "./conflict_lines.ts";

/** Draws the question what shall become of a name that is taken. */
export function putConflict(
  canvas: Canvas,
  dialog: Extract<Dialog, { kind: "conflict" }>,
  region: DialogRegion,
): void {
  putBox(canvas, region.rect, {
    title: "The name is taken",
    hints: [["Enter", "answer"], ["↑↓", "move"], ["Esc", "pause it"]],
    tone: "warn",
  });
  const { rect, list } = region;
  const where = dialog.direction === "upload" ? "is on the server already" : "is here already";
  const name = cell(shownText(dialog.name), list.columns, { cut: "middle", tone: "strong" });
  canvas.put(rect.row + 1, list.column, [name]);
  canvas.put(rect.row + 2, list.column, [cell(where, list.columns, { tone: "dim" })]);
  conflictLines(dialog.facts).forEach((text, index) => {
    canvas.put(rect.row + 3 + index, list.column, [cell(text, list.columns)]);
  });
  putChoices(canvas, region, CONFLICT_CHOICES, dialog.cursor);
}

/** Draws the question what shall become of the transfers that still run. */
export function putQuit(
  canvas: Canvas,
  model: Model,
  dialog: Extract<Dialog, { kind: "quit" }>,
  region: DialogRegion,
): void {
  putBox(canvas, region.rect, {
    title: "Quit",
    hints: [["Enter", "choose"], ["↑↓", "move"], ["Esc", "stay"]],
    tone: "warn",
  });
  const { rect, list } = region;
  const count = model.transfers.rows.filter(isUnfinished).length;
  const text = `${countText(count, "transfer")} ${count === 1 ? "has" : "have"} not ended.`;
  canvas.put(rect.row + 1, list.column, [cell(text, list.columns)]);
  putChoices(canvas, region, QUIT_CHOICES, dialog.cursor);
}

function putChoices(
  canvas: Canvas,
  { list }: DialogRegion,
  choices: readonly { readonly key: string; readonly label: string }[],
  cursor: number,
): void {
  choices.slice(0, list.rows).forEach(({ key, label }, row) => {
    const line: Line = fitLine([
      segment(row === cursor ? "▸ " : "  ", "accent"),
      segment(`${key}  `, "accent"),
      segment(label),
    ], list.columns);
    canvas.put(list.row + row, list.column, row === cursor ? retone(line, "cursor") : line);
  });
}
