import type { Layout } from "../model/layout.ts";
import type { Model } from "../model/model.ts";
import type { Canvas } from "./canvas.ts";
import { blank, segment } from "./line.ts";
import type { Style } from "./style.ts";

/** Draws the names of the views; the open one stands out, without colours in brackets. */
export function putTabs(canvas: Canvas, model: Model, layout: Layout, style: Style): void {
  canvas.sides(1, 2);
  for (const { view, label, rect } of layout.tabs) {
    const isOpen = view === model.view;
    if (!isOpen) canvas.put(rect.row, rect.column, [segment(label)]);
  }
  const open = layout.tabs.find(({ view }) => view === model.view);
  if (open === undefined) return;
  const { row, column } = open.rect;
  const edges = style.color ? [blank(1, "cursor"), blank(1, "cursor")] : [
    segment("[", "strong"),
    segment("]", "strong"),
  ];
  canvas.put(row, column - 1, [
    ...edges.slice(0, 1),
    segment(open.label, style.color ? "cursor" : "strong"),
    ...edges.slice(1),
  ]);
}
