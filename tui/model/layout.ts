import { type DialogRegion, dialogRegion, type Rect } from "./dialog_layout.ts";
import type { Model, ViewName } from "./model.ts";
import type { Side } from "./pane.ts";
import type { Transfer } from "./transfer.ts";

export type { DialogRegion, Rect } from "./dialog_layout.ts";
export { pageTop } from "./dialog_layout.ts";

/** Fewer columns than this cannot be used. */
export const LEAST_COLUMNS = 40;
/** Fewer rows than this cannot be used. */
export const LEAST_ROWS = 12;
/** With fewer columns one pane is shown at a time. */
export const TWO_PANE_COLUMNS = 80;

/** A list with the border line above it that says what it is. */
export interface ListPlace {
  /** Whether it is on the screen now; otherwise it is where it will be. */
  readonly isShown: boolean;
  readonly header: Rect;
  /** One entry in each row, from the list's `top` on. */
  readonly list: Rect;
}

/** The name of a view, where a click opens it. */
export interface TabPlace {
  readonly view: ViewName;
  /** As it is shown, with the count. */
  readonly label: string;
  readonly rect: Rect;
}

/** The parts of the view Server. */
export interface ServerPlace {
  /** The border line with the server's name. */
  readonly header: Rect;
  /** Workers, connections and throttle. */
  readonly settings: Rect;
  /** The throughput with its border line; undefined when the screen is too low for it. */
  readonly chart: { readonly header: Rect; readonly rect: Rect } | undefined;
  /** The border line over the connections. */
  readonly tableHeader: Rect;
  /** The names of the columns. */
  readonly headings: Rect;
  readonly list: Rect;
}

/**
 * Where everything is. Lists have a place also while they are not shown, so that their `top` can be
 * kept right.
 */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  /** Nothing but a line that says so is shown then. */
  readonly isTooSmall: boolean;
  /** Whether one pane is shown at a time. */
  readonly isNarrow: boolean;
  readonly tabs: readonly TabPlace[];
  readonly panes: { readonly local: ListPlace; readonly server: ListPlace };
  /** The panel below the panes; in a narrow screen it takes their place while it has the keys. */
  readonly panel: ListPlace;
  readonly transfers: ListPlace & {
    /** What is known of the transfer under the cursor; undefined when the screen is too low. */
    readonly details: { readonly header: Rect; readonly rect: Rect } | undefined;
  };
  readonly history: ListPlace & { readonly headings: Rect };
  readonly server: ServerPlace & { readonly isShown: boolean };
  readonly footer: Rect;
  /** Of the topmost dialog, when it has a list. */
  readonly dialog: DialogRegion | undefined;
}

/** The first row below the tabs. */
const BODY_ROW = 2;
/** Rows of the transfers' panel even when it has less to show. */
const LEAST_PANEL_ROWS = 2;

/**
 * Says where everything on the screen is: for drawing, for paging and for the mouse.
 *
 * @param model What is to be shown.
 * @param menuEntries Entries of the menu, while it is open.
 */
export function layoutOf(model: Model, menuEntries = 10): Layout {
  const { columns, rows } = model;
  const screen = {
    columns: Math.max(columns, LEAST_COLUMNS),
    rows: Math.max(rows, LEAST_ROWS),
  };
  const isNarrow = screen.columns < TWO_PANE_COLUMNS;
  const dialog = model.dialogs.at(-1);
  return {
    columns,
    rows,
    isTooSmall: columns < LEAST_COLUMNS || rows < LEAST_ROWS,
    isNarrow,
    tabs: tabPlaces(model, screen.columns),
    ...filesPlaces(model, screen, isNarrow),
    transfers: transfersPlace(model, screen),
    history: historyPlace(model, screen),
    server: { isShown: model.view === "server", ...serverPlace(screen, isNarrow) },
    footer: line(screen, screen.rows - 1),
    dialog: dialog === undefined ? undefined : dialogRegion(dialog, screen, menuEntries),
  };
}

/** Whether a transfer has not come to an end. */
export function isUnfinished(transfer: Transfer): boolean {
  return !["done", "skipped", "failed", "cancelled"].includes(transfer.phase);
}

interface Screen {
  readonly columns: number;
  readonly rows: number;
}

function tabPlaces(model: Model, columns: number): readonly TabPlace[] {
  const count = model.transfers.rows.filter(isUnfinished).length;
  const suffix = count === 0 ? "" : ` (${count > 99 ? "99+" : count})`;
  const long = ["1 Files", `2 Transfers${suffix}`, "3 History", "4 Server"];
  const short = ["1 Files", `2 Trans${suffix}`, "3 Hist", "4 Server"];
  const room = columns - 4;
  const takes = (labels: readonly string[], gap: number): number =>
    labels.join("").length + gap * (labels.length - 1);
  const labels = takes(long, 1) <= room ? long : short;
  const gap = [3, 2, 1].find((some) => takes(labels, some) <= room) ?? 1;
  const views: readonly ViewName[] = ["files", "transfers", "history", "server"];
  let column = 2;
  return views.map((view, index) => {
    const label = labels[index] ?? "";
    const rect = { column, row: 1, columns: label.length, rows: 1 };
    column += label.length + gap;
    return { view, label, rect };
  });
}

function filesPlaces(
  model: Model,
  screen: Screen,
  isNarrow: boolean,
): Pick<Layout, "panes" | "panel"> {
  const isFiles = model.view === "files";
  // Without the title, the tabs, the footer and the panel's own header.
  const body = screen.rows - BODY_ROW - 2;
  const takesAll = isNarrow && model.focus === "transfers";
  const most = Math.floor(body / 3);
  const panelRows = takesAll
    ? body
    : Math.max(LEAST_PANEL_ROWS, Math.min(most, model.transfers.rows.length));
  const panelRow = screen.rows - 2 - panelRows;
  // Narrow and the panel has the keys: the panes are where they will be when they come back.
  const paneRows = takesAll
    ? body - 1 - Math.max(LEAST_PANEL_ROWS, Math.min(most, model.transfers.rows.length))
    : panelRow - BODY_ROW - 1;
  const middle = Math.floor((screen.columns - 1) / 2);
  const pane = (side: Side): ListPlace => {
    const column = side === "local" || isNarrow ? 1 : middle + 1;
    const end = side === "server" || isNarrow ? screen.columns - 1 : middle;
    return {
      isShown: isFiles && (!isNarrow || model.focus === side),
      header: { column, row: BODY_ROW, columns: end - column, rows: 1 },
      list: { column, row: BODY_ROW + 1, columns: end - column, rows: Math.max(1, paneRows) },
    };
  };
  return {
    panes: { local: pane("local"), server: pane("server") },
    panel: {
      isShown: isFiles,
      header: line(screen, takesAll ? BODY_ROW : panelRow),
      list: lines(screen, takesAll ? BODY_ROW + 1 : panelRow + 1, panelRows),
    },
  };
}

function transfersPlace(model: Model, screen: Screen): Layout["transfers"] {
  const end = screen.rows - 1;
  const detailRows = screen.rows >= 20 ? 6 : 0;
  const detailRow = end - detailRows;
  const listEnd = detailRows > 0 ? detailRow - 1 : end;
  return {
    isShown: model.view === "transfers",
    header: line(screen, BODY_ROW),
    list: lines(screen, BODY_ROW + 1, listEnd - BODY_ROW - 1),
    details: detailRows > 0
      ? { header: line(screen, detailRow - 1), rect: lines(screen, detailRow, detailRows) }
      : undefined,
  };
}

function historyPlace(model: Model, screen: Screen): Layout["history"] {
  return {
    isShown: model.view === "history",
    header: line(screen, BODY_ROW),
    headings: line(screen, BODY_ROW + 1),
    list: lines(screen, BODY_ROW + 2, screen.rows - 1 - BODY_ROW - 2),
  };
}

function serverPlace(screen: Screen, isNarrow: boolean): ServerPlace {
  const settingsRows = 2;
  const chartRow = BODY_ROW + 1 + settingsRows;
  const chartRows = chartHeight(screen.rows, isNarrow);
  const tableRow = chartRows > 0 ? chartRow + 1 + chartRows : chartRow;
  return {
    header: line(screen, BODY_ROW),
    settings: lines(screen, BODY_ROW + 1, settingsRows),
    chart: chartRows > 0
      ? { header: line(screen, chartRow), rect: lines(screen, chartRow + 1, chartRows) }
      : undefined,
    tableHeader: line(screen, tableRow),
    headings: line(screen, tableRow + 1),
    list: lines(screen, tableRow + 2, screen.rows - 1 - tableRow - 2),
  };
}

/** Both directions side by side, or in a narrow screen one below the other. */
function chartHeight(rows: number, isNarrow: boolean): number {
  if (rows >= 36) return 8;
  if (rows >= 24) return isNarrow ? 6 : 5;
  if (rows >= 18) return isNarrow ? 4 : 3;
  return 0;
}

/** A line between the outer borders. */
function line(screen: Screen, row: number): Rect {
  return lines(screen, row, 1);
}

function lines(screen: Screen, row: number, rows: number): Rect {
  return { column: 1, row, columns: screen.columns - 2, rows: Math.max(1, rows) };
}
