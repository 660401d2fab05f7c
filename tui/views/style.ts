/** How frames look. */
export interface Style {
  /** Whether colours are used; without them attributes and symbols say the same. */
  readonly color: boolean;
}

/** What a piece of text is, for its look. */
export type Tone =
  | "plain"
  /** Lines between regions, and what matters little. */
  | "dim"
  /** Names of regions that do not have the keys. */
  | "strong"
  /** The region that has the keys, and keys themselves. */
  | "accent"
  | "folder"
  | "selected"
  | "bar"
  | "good"
  | "warn"
  | "bad"
  /** The entry that keys act on. */
  | "cursor";

// Select Graphic Rendition (ECMA-48 §8.3.117). Only the sixteen colours that follow the person's
// theme; without colours only bold and inverse, which no theme hides. Faint instead of bright black:
// some themes have the background there.
const CODES: Readonly<Record<Tone, { readonly color: string; readonly plain: string }>> = {
  plain: { color: "", plain: "" },
  dim: { color: "2", plain: "" },
  strong: { color: "1", plain: "1" },
  accent: { color: "1;36", plain: "1" },
  folder: { color: "1;34", plain: "" },
  selected: { color: "33", plain: "" },
  bar: { color: "36", plain: "" },
  good: { color: "32", plain: "" },
  warn: { color: "33", plain: "" },
  bad: { color: "31", plain: "1" },
  cursor: { color: "7", plain: "7" },
};

/**
 * Gives a piece of text its look.
 *
 * @param text Text without control characters.
 * @param tone What it is.
 * @param style Whether colours are used.
 * @returns The text between SGR sequences.
 */
export function paint(text: string, tone: Tone, style: Style): string {
  const code = style.color ? CODES[tone].color : CODES[tone].plain;
  return code === "" || text === "" ? text : `\x1b[${code}m${text}\x1b[0m`;
}
