import type { PaneEntry, SortKey, SortOrder } from "../model/pane.ts";

/** The orders that `s` goes through. */
export const SORT_KEYS: readonly SortKey[] = ["name", "size", "time", "extension"];

/**
 * Sorts entries: folders first, then by what the order says, then by name. Numbers inside names
 * count as numbers, and neither case nor accents matter.
 *
 * @returns A new list.
 */
export function sortedEntries(
  entries: readonly PaneEntry[],
  order: SortOrder,
): readonly PaneEntry[] {
  const sign = order.isDescending ? -1 : 1;
  const compare = COMPARE[order.by];
  return entries
    .map((entry) => ({ entry, rank: entry.kind === "folder" ? 0 : 1, key: sortKey(entry.name) }))
    .sort((a, b) => a.rank - b.rank || sign * (compare(a, b) || byName(a, b)))
    .map(({ entry }) => entry);
}

interface Keyed {
  readonly entry: PaneEntry;
  readonly key: string;
}

const COMPARE: Readonly<Record<SortKey, (a: Keyed, b: Keyed) => number>> = {
  name: byName,
  size: (a, b) => a.entry.sizeBytes - b.entry.sizeBytes,
  time: (a, b) => a.entry.modifiedAtMs - b.entry.modifiedAtMs,
  extension: (a, b) => byText(extensionOf(a.key), extensionOf(b.key)),
};

function byName(a: Keyed, b: Keyed): number {
  return byText(a.key, b.key) || byText(a.entry.name, b.entry.name);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1) : "";
}

/**
 * A text that compares the way people sort names. Made once for each name: a comparison by
 * Intl.Collator with numbers takes four times as long for a folder of 20,000.
 */
function sortKey(name: string): string {
  const plain = ASCII.test(name) ? name : name.normalize("NFD").replace(/\p{M}/gu, "");
  return plain.toLowerCase().replace(/\d+/g, withLength);
}

// deno-lint-ignore no-control-regex -- the whole of ASCII is what is meant
const ASCII = /^[\x00-\x7f]*$/;

/** Longer numbers come later; the digit in front stays among the digits. */
function withLength(digits: string): string {
  const number = digits.startsWith("0") ? digits.replace(/^0+(?=\d)/, "") : digits;
  return String.fromCharCode(0x30 + Math.min(number.length, MOST_DIGITS)) + number;
}

/** `0` and 9 more: so that a number still comes before any letter. */
const MOST_DIGITS = 9;
