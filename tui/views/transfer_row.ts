import { formatRate, formatSeconds } from "#protocol/byte_units.ts";
import type { Transfer } from "../model/transfer.ts";
import { rateOf, secondsLeft } from "../model/transfer_rate.ts";
import { barBlocks, sparkline } from "./blocks.ts";
import { blank, cell, fitLine, type Line, retone, segment } from "./line.ts";
import { shownText } from "./shown_text.ts";
import { bytesText, transferSign, transferStatus } from "./transfer_text.ts";

const GAP = 2;
const PERCENT = 4;
const RATE = 9;
const LEFT = 12;
const BYTES = 14;
const SPARK = 10;
/** Cursor, direction and a space. */
const SIGNS = 4;
const LEAST_NAME = 12;
const MOST_NAME = 36;
const LEAST_BAR = 8;
const MOST_BAR = 40;
/** A status shorter than this says too little. */
const LEAST_STATUS = 16;

/** Which columns a row has; 0 for one that has no room. */
interface RowColumns {
  readonly name: number;
  readonly bar: number;
  readonly bytes: number;
  readonly left: number;
  readonly spark: number;
}

/** How a row is shown. */
export interface RowOptions {
  readonly columns: number;
  readonly nowMs: number;
  /** Whether keys act on it. */
  readonly isCursor: boolean;
}

/**
 * Draws one transfer.
 *
 * @param transfer The transfer.
 * @param options How wide, and whether the cursor is on it.
 * @returns A line of exactly that width.
 */
export function transferRow(transfer: Transfer, options: RowOptions): Line {
  const { columns, nowMs, isCursor } = options;
  const { sign, tone } = transferSign(transfer);
  const widths = chooseColumns(columns);
  const name = shownText(transfer.name) + (transfer.kind === "folder" ? "/" : "");
  const label: Line = [
    segment(isCursor ? " ▸" : "  ", "accent"),
    segment(sign, tone),
    blank(1),
    cell(name, widths.name, { cut: "middle" }),
    blank(GAP),
  ];
  const room = columns - SIGNS - widths.name - GAP;
  const line = fitLine([...label, ...body(transfer, widths, room, nowMs)], columns);
  return isCursor ? retone(line, "cursor") : line;
}

/** What stands behind the name. */
function body(transfer: Transfer, widths: RowColumns, room: number, nowMs: number): Line {
  const status = transferStatus(transfer, nowMs);
  if (status === undefined) return figures(transfer, widths, nowMs);
  const { progress, phase } = transfer;
  const bar = widths.bar + 1 + PERCENT + GAP;
  const isUnderWay = ["running", "asking", "paused"].includes(phase);
  const showsBar = isUnderWay && (progress?.doneBytes ?? 0) > 0 && room - bar >= LEAST_STATUS;
  const limit = isUnderWay ? limitText(transfer) : "";
  const text = limit === "" ? status.text : `${status.text}  ${limit}`;
  return showsBar
    ? [...barCells(transfer, widths.bar), blank(GAP), cell(text, room - bar, { tone: status.tone })]
    : [cell(text, room, { tone: status.tone })];
}

function figures(transfer: Transfer, widths: RowColumns, nowMs: number): Line {
  const done = transfer.progress?.doneBytes ?? 0;
  const all = transfer.progress?.totalBytes ?? 0;
  const rate = rateOf(transfer, nowMs);
  const limit = limitText(transfer);
  // The limit takes the place of what a person who set one can do without.
  const showsLimit = limit !== "";
  const line = [...barCells(transfer, widths.bar)];
  if (widths.bytes > 0) {
    const isInstead = showsLimit && widths.spark === 0;
    const text = isInstead ? limit : bytesText(done, all);
    line.push(
      blank(GAP),
      cell(text, BYTES, { align: "right", tone: isInstead ? "warn" : "plain" }),
    );
  }
  line.push(
    blank(GAP),
    cell(rate === undefined ? "" : formatRate(rate), RATE, { align: "right" }),
  );
  if (widths.left > 0) {
    line.push(blank(GAP), cell(leftText(secondsLeft(transfer, nowMs)), LEFT, { align: "right" }));
  }
  if (widths.spark > 0) {
    const text = showsLimit ? limit : sparkline(transfer.sparkline, SPARK);
    line.push(blank(GAP), cell(text, SPARK, { tone: showsLimit ? "warn" : "bar" }));
  }
  return line;
}

function barCells(transfer: Transfer, columns: number): Line {
  const done = transfer.progress?.doneBytes ?? 0;
  const all = transfer.progress?.totalBytes ?? 0;
  const share = all <= 0 ? 0 : Math.min(1, done / all);
  const blocks = barBlocks(share, columns);
  return [
    segment(blocks.done, "bar"),
    segment(blocks.rest, "dim"),
    blank(1),
    // 100% only when it is all there.
    cell(`${Math.floor(share * 100)}%`, PERCENT, { align: "right" }),
  ];
}

function limitText(transfer: Transfer): string {
  return transfer.limitRate > 0 ? `≤${formatRate(transfer.limitRate)}` : "";
}

function leftText(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  // Days are no estimate any more.
  if (seconds > 99 * 3600) return "";
  const whole = Math.ceil(seconds);
  const text = whole < 3600
    ? `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
    : formatSeconds(whole);
  return `${text} left`;
}

/** What a narrow screen has no room for is left out: sparkline, bytes, then time left. */
function chooseColumns(columns: number): RowColumns {
  let rest = columns - SIGNS - LEAST_NAME - GAP - LEAST_BAR - 1 - PERCENT - GAP - RATE - 1;
  const take = (wanted: number): number => {
    if (rest < wanted + GAP) return 0;
    rest -= wanted + GAP;
    return wanted;
  };
  const left = take(LEFT);
  const bytes = take(BYTES);
  const spark = take(SPARK);
  const forName = Math.min(MOST_NAME - LEAST_NAME, Math.floor(Math.max(0, rest) / 2));
  const forBar = Math.min(MOST_BAR - LEAST_BAR, Math.max(0, rest - forName));
  return { name: LEAST_NAME + forName, bar: LEAST_BAR + forBar, bytes, left, spark };
}
