import type { ActionEntry } from "../model/dialog.ts";
import { type Layout, layoutOf, LEAST_COLUMNS, LEAST_ROWS } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import { Canvas } from "./canvas.ts";
import { type DialogEntries, putDialog } from "./dialogs/dialog_view.ts";
import { putFooter } from "./footer_line.ts";
import { putHistory } from "./history_page.ts";
import { cell, segment } from "./line.ts";
import { putPane } from "./pane_view.ts";
import { putServer } from "./server_page.ts";
import type { Style } from "./style.ts";
import { putTabs } from "./tab_line.ts";
import { putTitle } from "./title_line.ts";
import { putTransferDetails, putTransferList } from "./transfer_list.ts";

/** The actions that a frame names. */
export interface FrameEntries extends DialogEntries {
  /** Keys of the present context, the most useful first. */
  readonly footer: readonly ActionEntry[];
}

/**
 * Draws the whole screen.
 *
 * @param model What is shown.
 * @param style Whether colours are used.
 * @param entries The actions that it names.
 * @returns One text for each row, each of exactly the screen's width.
 */
export function frameTexts(model: Model, style: Style, entries: FrameEntries): readonly string[] {
  const layout = layoutOf(model, entries.menu.length);
  const canvas = new Canvas(layout.columns, layout.rows);
  if (layout.isTooSmall) {
    putTooSmall(canvas);
  } else {
    putTitle(canvas, model);
    putTabs(canvas, model, layout, style);
    canvas.sides(2, layout.rows - 1);
    canvas.rule(2, "├┤");
    putView(canvas, model, layout);
    putFooter(canvas, model, entries.footer);
    putDialog(canvas, model, layout, entries);
  }
  return canvas.texts(style);
}

function putView(canvas: Canvas, model: Model, layout: Layout): void {
  switch (model.view) {
    case "files":
      return putFiles(canvas, model, layout);
    case "transfers":
      putTransferList(canvas, model, layout.transfers);
      if (layout.transfers.details === undefined) return;
      canvas.rule(layout.transfers.details.header.row, "├┤");
      return putTransferDetails(canvas, model, layout.transfers.details);
    case "history":
      return putHistory(canvas, model, layout.history);
    case "server":
      return putServer(canvas, model, layout.server);
    default:
      return model.view satisfies never;
  }
}

function putFiles(canvas: Canvas, model: Model, layout: Layout): void {
  const { panes, panel } = layout;
  if (panel.header.row > 2) canvas.rule(panel.header.row, "├┤");
  putTransferList(canvas, model, panel);
  if (panes.local.isShown) putPane(canvas, model, model.panes.local, panes.local);
  if (panes.server.isShown) putPane(canvas, model, model.panes.server, panes.server);
  if (layout.isNarrow) return;
  const divider = panes.server.header.column - 1;
  canvas.put(2, divider, [segment("┬", "dim")]);
  for (let row = 3; row < panel.header.row; row++) canvas.put(row, divider, [segment("│", "dim")]);
  // The divider ends below the panes, unless words stand there.
  if (canvas.at(panel.header.row, divider) !== "─") return;
  canvas.put(panel.header.row, divider, [segment("┴", "dim")]);
}

function putTooSmall(canvas: Canvas): void {
  const { columns, rows } = canvas;
  const text = `Too small: have ${columns}×${rows}, need ${LEAST_COLUMNS}×${LEAST_ROWS}`;
  const row = Math.floor((rows - 1) / 2);
  const column = Math.max(0, Math.floor((columns - text.length) / 2));
  canvas.put(row, column, [cell(text, Math.min(text.length, columns))]);
}
