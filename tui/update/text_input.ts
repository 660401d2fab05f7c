import type { KeyPress } from "../input/input_event.ts";
import type { TextInput } from "../model/dialog.ts";
import { keyName, typedText } from "./key_name.ts";

/** Most UTF-16 units of a typed text: longer than any path that either side takes. */
export const MAX_INPUT_UNITS = 4_096;

/** Nothing typed yet. */
export const EMPTY_INPUT: TextInput = { text: "", cursor: 0 };

/**
 * Gives a text to edit.
 *
 * @param text What is there already.
 * @param cursor Place of the cursor in characters as people see them; at the end by default.
 */
export function inputOf(text: string, cursor?: number): TextInput {
  const { length } = clustersOf(text);
  return { text, cursor: Math.min(cursor ?? length, length) };
}

/** Where the extension of a name begins, in characters as people see them. */
export function stemLength(name: string): number {
  const dot = name.lastIndexOf(".");
  return clustersOf(dot > 0 ? name.slice(0, dot) : name).length;
}

/** Does what a key does to a text; undefined when it does nothing there. */
export function editedInput(input: TextInput, press: KeyPress): TextInput | undefined {
  const typed = typedText(press);
  if (typed !== undefined) return withInserted(input, typed);
  const clusters = clustersOf(input.text);
  const { cursor } = input;
  const at = (place: number): TextInput => ({ text: input.text, cursor: place });
  const without = (from: number, to: number): TextInput => ({
    text: [...clusters.slice(0, from), ...clusters.slice(to)].join(""),
    cursor: from,
  });
  switch (keyName(press)) {
    case "left":
    case "ctrl+b":
      return at(Math.max(0, cursor - 1));
    case "right":
    case "ctrl+f":
      return at(Math.min(clusters.length, cursor + 1));
    case "home":
    case "ctrl+a":
      return at(0);
    case "end":
    case "ctrl+e":
      return at(clusters.length);
    case "backspace":
      return cursor === 0 ? input : settled(without(cursor - 1, cursor));
    case "delete":
    case "ctrl+d":
      return cursor >= clusters.length ? input : settled(without(cursor, cursor + 1));
    case "ctrl+u":
      return settled(without(0, cursor));
    case "ctrl+k":
      return settled(without(cursor, clusters.length));
    case "ctrl+w":
    case "alt+backspace":
      return settled(without(wordStart(clusters, cursor), cursor));
    default:
      return undefined;
  }
}

/** Puts a text in at the cursor: its control characters become spaces, and it is cut at the bound. */
export function withInserted(input: TextInput, text: string): TextInput {
  const room = MAX_INPUT_UNITS - input.text.length;
  const clean = text.replace(CONTROL, " ").toWellFormed();
  const fitting = clean.length <= room ? clean : cutTo(clean, room);
  if (fitting === "") return input;
  const before = clustersOf(input.text).slice(0, input.cursor).join("");
  const after = input.text.slice(before.length);
  // A joiner or a mark may melt into its neighbours: the cursor goes behind all that was typed.
  return {
    text: before + fitting + after,
    cursor: placeAt(before + fitting + after, (before + fitting).length),
  };
}

/** Characters as people see them. */
export function clustersOf(text: string): readonly string[] {
  if (SIMPLE.test(text)) return text.split("");
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** What remains may join into fewer characters. */
function settled({ text, cursor }: TextInput): TextInput {
  return { text, cursor: Math.min(cursor, clustersOf(text).length) };
}

/** Clusters that begin before a place in UTF-16 units. */
function placeAt(text: string, units: number): number {
  let seen = 0;
  let place = 0;
  for (const cluster of clustersOf(text)) {
    if (seen >= units) break;
    seen += cluster.length;
    place++;
  }
  return place;
}

function wordStart(clusters: readonly string[], cursor: number): number {
  let at = cursor;
  while (at > 0 && isGap(clusters[at - 1])) at--;
  while (at > 0 && !isGap(clusters[at - 1])) at--;
  return at;
}

function isGap(cluster: string | undefined): boolean {
  return cluster === " " || cluster === "/";
}

function cutTo(text: string, units: number): string {
  let kept = "";
  for (const cluster of clustersOf(text)) {
    if (kept.length + cluster.length > units) break;
    kept += cluster;
  }
  return kept;
}

// Two of them are one character only as CR LF, and controls never get into a text.
const SIMPLE = /^[\x20-\x7e]*$/;
// deno-lint-ignore no-control-regex -- control characters are what this looks for
const CONTROL = /[\x00-\x1f\x7f-\x9f]+/g;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
