/** Gives the columns that a text takes in a terminal. */
export type MeasureText = (text: string) => number;

const ELLIPSIS = "…";
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Whether a text needs no table of widths: each character takes one column. */
export function isPlainText(text: string): boolean {
  return PRINTABLE_ASCII.test(text);
}

/**
 * Makes a text take exactly some columns: cut in the middle, where names differ least, or filled
 * with spaces. Never splits a character that people see as one.
 *
 * @param text One line without control characters.
 * @param columns Columns to take.
 * @param measure Measures text.
 * @returns Text of exactly that width.
 */
export function fitText(text: string, columns: number, measure: MeasureText): string {
  const cut = cutMiddle(text, columns, measure);
  return cut + " ".repeat(Math.max(0, columns - measure(cut)));
}

/**
 * Cuts a text in the middle when it takes too many columns.
 *
 * @param text One line without control characters.
 * @param columns Most columns.
 * @param measure Measures text.
 * @returns The text, or its start and end around an ellipsis.
 */
export function cutMiddle(text: string, columns: number, measure: MeasureText): string {
  if (columns <= 0) return "";
  if (measure(text) <= columns) return text;
  const room = columns - measure(ELLIPSIS);
  const parts = splitCharacters(text);
  // The end tells more than the start: it holds the extension.
  const end = takeWhileFits(parts.toReversed(), Math.ceil(room / 2), measure).reverse();
  const start = takeWhileFits(parts, room - measure(end.join("")), measure);
  return start.join("") + ELLIPSIS + end.join("");
}

/**
 * Cuts the end of a text when it takes too many columns.
 *
 * @param text One line without control characters.
 * @param columns Most columns.
 * @param measure Measures text.
 * @returns The text, or its start and an ellipsis.
 */
export function cutEnd(text: string, columns: number, measure: MeasureText): string {
  if (columns <= 0) return "";
  if (measure(text) <= columns) return text;
  const room = columns - measure(ELLIPSIS);
  return takeWhileFits(splitCharacters(text), room, measure).join("") + ELLIPSIS;
}

function takeWhileFits(
  parts: readonly string[],
  columns: number,
  measure: MeasureText,
): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += measure(part);
    if (used > columns) break;
    taken.push(part);
  }
  return taken;
}

// Grapheme clusters (Unicode UAX #29): a family emoji or a letter with its accents stays whole.
function splitCharacters(text: string): readonly string[] {
  if (isPlainText(text)) return [...text];
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}
