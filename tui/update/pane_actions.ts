import type { Model } from "../model/model.ts";
import type { Pane } from "../model/pane.ts";
import { clampCursor } from "./list_moves.ts";
import { entryAtCursor, hasParent, withRows } from "./pane_rows.ts";
import { SORT_KEYS } from "./pane_sort.ts";
import { nameOf, parentOf, pathIn } from "./pane_paths.ts";
import { openFolder } from "./pane_load.ts";
import { openPreview } from "./look_open.ts";
import { withNotice } from "./notice.ts";
import { type Step, stepTo } from "./step.ts";
import { activePane, withPane } from "./with_pane.ts";

/** Opens the folder under the cursor, or shows the beginning of the file. */
export function openEntry(model: Model): Step {
  const pane = activePane(model);
  const entry = entryAtCursor(pane);
  if (entry === undefined) return stepTo(model);
  if (entry.name === "..") return openParent(model);
  if (entry.kind === "file") return openPreview(model);
  // A local link may lead to a folder; the server never follows one.
  const isFolder = entry.kind === "folder" || pane.side === "local" && entry.kind === "symlink";
  if (isFolder) return openFolder(model, pane.side, pathIn(pane.side, pane.folder, entry.name));
  return stepTo(withNotice(model, "Only files and folders can be opened", "bad"));
}

/** Opens the folder above, with the cursor on the one that was left. */
export function openParent(model: Model): Step {
  const { side, opening, folder: shown } = activePane(model);
  // Pressed twice it goes up twice, however long the first folder takes.
  const folder = opening ?? shown;
  if (!hasParent(side, folder)) return stepTo(model);
  return openFolder(model, side, parentOf(side, folder), nameOf(side, folder));
}

/** Selects the entry under the cursor, or no longer, and moves down. */
export function toggleSelected(pane: Pane): Pane {
  const entry = entryAtCursor(pane);
  const cursor = clampCursor(pane.cursor + 1, pane.rows.length);
  if (entry === undefined || entry.name === "..") return { ...pane, cursor };
  const selected = new Set(pane.selected);
  if (!selected.delete(entry.name)) selected.add(entry.name);
  return { ...pane, selected, cursor };
}

/** Selects what is shown and was not selected; what the filter hides stays as it is. */
export function invertSelection(pane: Pane): Pane {
  const selected = new Set(pane.selected);
  for (const { name } of pane.rows) {
    if (name !== ".." && !selected.delete(name)) selected.add(name);
  }
  return { ...pane, selected };
}

/** Clears the filter, or else the selection. */
export function clearPane(pane: Pane): Pane {
  if (pane.filter !== undefined) return withRows({ ...pane, filter: undefined });
  return pane.selected.size === 0 ? pane : { ...pane, selected: new Set() };
}

/** Goes to the next order. Sizes and times begin with the largest and the newest. */
export function cycleSort(pane: Pane): Pane {
  const by = SORT_KEYS[(SORT_KEYS.indexOf(pane.sort.by) + 1) % SORT_KEYS.length] ?? "name";
  return withRows({ ...pane, sort: { by, isDescending: by === "size" || by === "time" } });
}

/** Turns the order round. */
export function reverseSort(pane: Pane): Pane {
  return withRows({ ...pane, sort: { ...pane.sort, isDescending: !pane.sort.isDescending } });
}

/** Shows local names that begin with a dot, or hides them again. */
export function toggleHidden(pane: Pane): Pane {
  return withRows({ ...pane, showsHidden: !pane.showsHidden });
}

/** Lets the next keys go into the filter. */
export function startFilter(pane: Pane): Pane {
  return { ...pane, filter: { text: pane.filter?.text ?? "", isTyping: true } };
}

/** Changes the pane that has the keys. */
export function inActivePane(model: Model, change: (pane: Pane) => Pane): Step {
  return stepTo(withPane(model, change(activePane(model))));
}
