import type { ActionEntry } from "../model/dialog.ts";
import type { Model, Notice } from "../model/model.ts";
import type { Canvas } from "./canvas.ts";
import { blank, cell, fitLine, type Line, lineColumns, segment } from "./line.ts";
import { shownText } from "./shown_text.ts";
import type { Tone } from "./style.ts";

const GAP = 2;
/** Always shown: whoever knows these finds all others. */
const ALWAYS = ["help", "quit"];

/**
 * Draws the bottom border: what just happened, or else the keys of what has them. Only whole
 * entries are shown; help and quit always are.
 *
 * @param canvas The frame.
 * @param model What it shows.
 * @param entries Keys of the present context, the most useful first.
 */
export function putFooter(canvas: Canvas, model: Model, entries: readonly ActionEntry[]): void {
  const row = canvas.rows - 1;
  canvas.rule(row, "╰╯");
  const room = canvas.columns - 4;
  const fixed = entriesLine(entries.filter(({ id }) => ALWAYS.includes(id)), room);
  const others = entries.filter(({ id, disabledWhy }) =>
    !ALWAYS.includes(id) && disabledWhy === undefined
  );
  const left = room - lineColumns(fixed) - GAP;
  const { notice } = model;
  const line = notice !== undefined && notice.untilMs > model.nowMs
    ? noticeLine(notice, left)
    : entriesLine(others, left);
  const gap = lineColumns(line) === 0 ? 0 : GAP;
  canvas.put(row, 1, [blank(1), ...line, blank(gap), ...fixed, blank(1)]);
}

/** As many entries as fit, each with its first key. */
function entriesLine(entries: readonly ActionEntry[], room: number): Line {
  const line: Line[] = [];
  let used = 0;
  for (const { keys, label } of entries) {
    const entry: Line = [
      segment(keys[0] ?? "", "accent"),
      segment(` ${label.charAt(0).toLowerCase()}${label.slice(1)}`),
    ];
    const takes = lineColumns(entry) + (line.length > 0 ? GAP : 0);
    if (used + takes > room) break;
    used += takes;
    line.push(line.length > 0 ? [blank(GAP), ...entry] : entry);
  }
  return line.flat();
}

const TONES: Readonly<Record<Notice["tone"], readonly [sign: string, tone: Tone]>> = {
  info: ["·", "plain"],
  good: ["✓", "good"],
  bad: ["✗", "bad"],
};

function noticeLine(notice: Notice, room: number): Line {
  const [sign, tone] = TONES[notice.tone];
  const text = shownText(notice.text);
  const line = [segment(sign, tone), blank(1), cell(text, room - 2, { tone })];
  return fitLine(line, Math.max(0, room));
}
