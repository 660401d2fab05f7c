import { blank, cell, fitLine, type Line, type Segment } from "./line.ts";
import type { Tone } from "./style.ts";

/** A column of a table. */
export interface TableColumn<Row> {
  readonly title: string;
  /** Columns of the screen; `rest` takes what the others leave. */
  readonly columns: number | "rest";
  /** @default "left" */
  readonly align?: "left" | "right";
  /** Where a text that is too long is cut. @default "end" */
  readonly cut?: "middle" | "end";
  /** The column is left out when the table is narrower than this. @default 0 */
  readonly from?: number;
  /** Text fit for a cell. */
  readonly text: (row: Row) => string;
  readonly tone?: (row: Row) => Tone;
}

const GAP = 2;
/** Room for the cursor before the first column. */
const MARK = 3;

/** Writes the names of the columns. */
export function headingLine<Row>(columns: readonly TableColumn<Row>[], width: number): Line {
  return tableLine(columns, width, " ", ({ title }) => ({ text: title, tone: "dim" }));
}

/** Writes one row; the cursor stands before it when keys act on it. */
export function rowLine<Row>(
  columns: readonly TableColumn<Row>[],
  width: number,
  row: Row,
  isCursor: boolean,
): Line {
  return tableLine(columns, width, isCursor ? "▸" : " ", (column) => ({
    text: column.text(row),
    tone: isCursor ? "cursor" : column.tone?.(row) ?? "plain",
  }), isCursor ? "cursor" : "plain");
}

function tableLine<Row>(
  columns: readonly TableColumn<Row>[],
  width: number,
  mark: string,
  content: (column: TableColumn<Row>) => { readonly text: string; readonly tone: Tone },
  tone: Tone = "plain",
): Line {
  const shown = columns.filter(({ from = 0 }) => width >= from);
  const fixed = shown.reduce((sum, { columns }) => sum + (columns === "rest" ? 0 : columns), 0);
  const rest = Math.max(1, width - MARK - fixed - GAP * (shown.length - 1) - 1);
  const cells = shown.flatMap((column, index): readonly Segment[] => {
    const { align = "left", cut = "end" } = column;
    const { text, tone: cellTone } = content(column);
    const room = column.columns === "rest" ? rest : column.columns;
    const made = cell(text, room, { align, cut, tone: cellTone });
    return index === 0 ? [made] : [blank(GAP, tone), made];
  });
  return fitLine([cell(` ${mark}`, MARK, { tone }), ...cells], width, tone);
}
