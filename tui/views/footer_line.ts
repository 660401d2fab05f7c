import type { ActionId } from "../model/action.ts";
import type { ActionEntry } from "../model/dialog.ts";
import type { Model, Notice } from "../model/model.ts";
import type { Canvas } from "./canvas.ts";
import { blank, cell, fitLine, type Line, lineColumns, segment } from "./line.ts";
import { shownText } from "./shown_text.ts";
import type { Tone } from "./style.ts";

const GAP = 2;
/** Always shown: whoever knows these finds all others. */
const ALWAYS: readonly ActionId[] = ["help", "quit"];

/** What the footer has room for, where the label is a sentence. */
const SHORT_LABELS: Readonly<Partial<Record<ActionId, string>>> = {
  delete: "delete",
  select: "select",
  filter: "filter",
  focusTransfers: "transfers",
  pause: "pause/resume",
  cancel: "cancel",
  rateDown: "slower",
  rateUp: "faster",
  dismiss: "dismiss",
  dismissAll: "dismiss ended",
  jobs: "at once",
  switchPane: "panes",
  open: "details",
  repeat: "again",
  historyFailed: "failed only",
  refresh: "reload",
};

/** Keys while a filter is being typed. */
const TYPING: readonly FooterKey[] = [
  { key: "type", label: "to filter", isOff: false },
  { key: "Enter", label: "keep it", isOff: false },
  { key: "Esc", label: "clear it", isOff: false },
  { key: "↑↓", label: "move", isOff: false },
];

interface FooterKey {
  readonly key: string;
  readonly label: string;
  /** Whether it cannot be done now; pressing it says why. */
  readonly isOff: boolean;
}

/**
 * Draws the bottom border: what just happened, or else the keys of what has them. Only whole
 * entries are shown; help and quit always are. An open dialog shows its keys itself.
 *
 * @param canvas The frame.
 * @param model What it shows.
 * @param entries Keys of the present context, the most useful first.
 */
export function putFooter(canvas: Canvas, model: Model, entries: readonly ActionEntry[]): void {
  const row = canvas.rows - 1;
  canvas.rule(row, "╰╯");
  const keys = keysNow(model, entries);
  const room = canvas.columns - 4;
  const fixed = keysLine(keys.fixed, room);
  const left = room - lineColumns(fixed) - GAP;
  const { notice } = model;
  const line = notice !== undefined && notice.untilMs > model.nowMs
    ? noticeLine(notice, left)
    : keysLine(keys.others, left);
  const gap = lineColumns(line) === 0 || lineColumns(fixed) === 0 ? 0 : GAP;
  if (lineColumns(line) + lineColumns(fixed) === 0) return;
  canvas.put(row, 1, [blank(1), ...line, blank(gap), ...fixed, blank(1)]);
}

function keysNow(
  model: Model,
  entries: readonly ActionEntry[],
): { readonly fixed: readonly FooterKey[]; readonly others: readonly FooterKey[] } {
  if (model.dialogs.length > 0) return { fixed: [], others: [] };
  if (isTyping(model)) return { fixed: [], others: TYPING };
  const keyOf = ({ id, keys, label, disabledWhy }: ActionEntry): FooterKey => ({
    key: keys[0] ?? "",
    label: SHORT_LABELS[id] ?? label.charAt(0).toLowerCase() + label.slice(1),
    isOff: disabledWhy !== undefined,
  });
  return {
    fixed: entries.filter(({ id }) => ALWAYS.includes(id)).map(keyOf),
    others: entries.filter(({ id }) => !ALWAYS.includes(id)).map(keyOf),
  };
}

function isTyping(model: Model): boolean {
  if (model.view === "history") return model.history.filter?.isTyping === true;
  if (model.view !== "files" || model.focus === "transfers") return false;
  return model.panes[model.focus].filter?.isTyping === true;
}

/** As many keys as fit. */
function keysLine(keys: readonly FooterKey[], room: number): Line {
  const line: Line[] = [];
  let used = 0;
  for (const { key, label, isOff } of keys) {
    const entry: Line = [
      segment(key, isOff ? "dim" : "accent"),
      segment(` ${label}`, isOff ? "dim" : "plain"),
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
