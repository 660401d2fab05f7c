import { spreadOf } from "../statistics.ts";
import { type Bound, type Contender, type GoalOutcome, isMet, type RowResult } from "./goal.ts";

/** In front of and behind what the bench writes; the rest of the page is written by people. */
export const BEGIN_MARK = beginMark("bench:peers");
export const END_MARK = endMark("bench:peers");

/** When and on what a run was. */
export interface ReportHead {
  readonly machine: readonly string[];
  readonly rounds: number;
  readonly command: string;
  /** Date of the run, as `2026-01-31`. */
  readonly day: string;
}

/**
 * Writes the tables.
 *
 * @returns Markdown: the machine, the goals, then all figures.
 */
export function writeReport(head: ReportHead, rows: readonly RowResult[]): string {
  const goals = rows.flatMap((row) => row.goals.map((goal) => goalLine(row, goal)));
  return [
    `Measured on ${head.day} with \`${head.command}\`: ${head.rounds} rounds that count.`,
    "",
    ...head.machine.map((line) => `* ${line}`),
    "",
    "| work | measured: median (least to greatest) | goal | met |",
    "|---|---|---|---|",
    ...goals,
    "",
    ...rows.flatMap(rowLines),
  ].join("\n");
}

/**
 * Puts what the bench wrote into the page, in the place of what it wrote before.
 *
 * @param page The whole page, or nothing yet.
 * @param report New tables.
 * @param task Which task writes: each has its own place in a page.
 * @throws {Error} When the page has one mark without the other.
 */
export function insertReport(page: string, report: string, task = "bench:peers"): string {
  const [beginText, endText] = [beginMark(task), endMark(task)];
  const block = `${beginText}\n${report.trim()}\n${endText}\n`;
  const [begin, end] = [page.indexOf(beginText), page.indexOf(endText)];
  if (begin < 0 && end < 0) return page === "" ? block : `${page.trimEnd()}\n\n${block}`;
  if (begin < 0 || end < begin) throw new Error("the page has lost one of the bench's marks");
  return page.slice(0, begin) + block + page.slice(end + endText.length).replace(/^\n/, "");
}

function beginMark(task: string): string {
  return `<!-- written by deno task ${task}: begin -->`;
}

function endMark(task: string): string {
  return `<!-- written by deno task ${task}: end -->`;
}

/** Writes a number as people read it: three digits, or all in front of the point. */
export function formatFigure(value: number): string {
  if (Number.isNaN(value)) return "unknown";
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function goalLine(row: RowResult, goal: GoalOutcome): string {
  const met = isMet(goal);
  const words = met === undefined ? "not measured" : met ? "yes" : "**no**";
  return `| ${row.title} | ${measuredText(goal)} | ${boundText(goal)} | ${words} |`;
}

function measuredText({ what, unit, measured, why }: GoalOutcome): string {
  if (measured === undefined) return `${what}: ${why ?? "unknown"}`;
  const { median, min, max } = measured;
  const range = min === max ? "" : ` (${formatFigure(min)} to ${formatFigure(max)})`;
  const number = `${formatFigure(median)}${unit === "x" ? "" : unit}`;
  return unit === "x" ? `${number}${range} ${what}` : `${what}: ${number}${range}`;
}

function boundText({ bound, unit }: { readonly bound: Bound; readonly unit: string }): string {
  const [words, value] = "atLeast" in bound
    ? ["at least", bound.atLeast]
    : ["at most", bound.atMost];
  return `${words} ${value}${unit === "x" ? " times" : unit}`;
}

function rowLines(row: RowResult): readonly string[] {
  const remarks = row.remarks.filter((remark) => remark !== "");
  if (row.contenders.length === 0 && remarks.length === 0) return [];
  const costUnit = row.costUnit ?? "GiB";
  const hasCost = row.contenders.some(({ cost }) => (cost?.length ?? 0) > 0);
  const table = row.contenders.length === 0 ? [] : [
    `| | ${row.unit}: median (least to greatest) |${
      hasCost ? ` CPU s per ${costUnit}: client | server |` : ""
    } |`,
    `|---|---|${hasCost ? "---|---|" : ""}---|`,
    ...row.contenders.map((contender) => contenderLine(contender, hasCost)),
    "",
  ];
  return [`### ${capital(row.title)}`, "", ...table, ...remarks.flatMap((text) => [text, ""])];
}

function contenderLine(contender: Contender, hasCost: boolean): string {
  const { name, values, missing, cost = [], remark = "" } = contender;
  if (values.length === 0) {
    return `| ${name} | ${missing ?? "not measured"} |${hasCost ? " | |" : ""} ${remark} |`;
  }
  const { median, min, max } = spreadOf(values);
  const figures = `${formatFigure(median)} (${formatFigure(min)} to ${formatFigure(max)})`;
  const side = (seconds: readonly number[]): string => formatFigure(spreadOf(seconds).median);
  const costs = hasCost && cost.length > 0
    ? ` ${side(cost.map(({ client }) => client))} | ${side(cost.map(({ server }) => server))} |`
    : hasCost
    ? " | |"
    : "";
  return `| ${name} | ${figures} |${costs} ${remark} |`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
