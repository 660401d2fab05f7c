import stringWidth from "string-width";
import { isPlainText } from "#client/cli/progress/fit_text.ts";
import { escapeText } from "#protocol/escape_text.ts";

/** Columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  return isEvenText(text) ? text.length : stringWidth(text);
}

/** Whether each UTF-16 unit of a text is one character of one column, as of all but some names. */
export function isEvenText(text: string): boolean {
  return EVEN.test(text);
}

// Printable ASCII, box drawing, block elements and the signs of this program's own.
const EVEN = /^[\x20-\x7e\u2500-\u259f…–·×●○▸▹▲▼✓✗↑↓←→↺≤›]*$/;

/** The characters of a text as people see them (Unicode UAX #29). */
export function clustersOf(text: string): readonly string[] {
  if (isEvenText(text)) return [...text];
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

/**
 * Makes a text of anybody's fit for a cell: escaped, and without marks that would join whatever
 * stands before them.
 *
 * @param raw A name or a sentence as it came.
 * @returns One line; call it exactly once on the way to the screen.
 */
export function shownText(raw: string): string {
  return withoutLooseMarks(escapeText(raw));
}

/**
 * Writes what takes no column by itself, such as an accent without a letter, as its code; so too what
 * would become one character with whatever stands before or behind the text.
 *
 * @param text Text that is escaped already.
 */
export function withoutLooseMarks(text: string): string {
  if (isPlainText(text)) return text;
  const clusters = clustersOf(text);
  return clusters.map((cluster, index) => {
    const isLoose = stringWidth(cluster) === 0 ||
      (index === 0 && isOneCluster(`a${cluster}`)) ||
      (index === clusters.length - 1 && isOneCluster(`${cluster}a`));
    return isLoose ? codes(cluster) : cluster;
  }).join("");
}

const SEGMENTER = new Intl.Segmenter();

function isOneCluster(text: string): boolean {
  return clustersOf(text).length === 1;
}

function codes(cluster: string): string {
  return [...cluster].map((one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ""}}`).join("");
}
