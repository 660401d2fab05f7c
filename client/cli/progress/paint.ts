/** What a piece of a progress line is, for its colour. */
export type Tone = "plain" | "bar" | "rest" | "good" | "bad" | "waiting";

/** Colours a piece of text. */
export type Paint = (tone: Tone, text: string) => string;

// Select Graphic Rendition (ECMA-48 §8.3.117); the sixteen colours that follow the person's theme.
const CODES: Readonly<Record<Tone, string>> = {
  plain: "",
  bar: "36",
  rest: "2",
  good: "32",
  bad: "31",
  waiting: "33",
};

/** Paints with the terminal's colours. */
export const paintColor: Paint = (tone, text) => {
  const code = CODES[tone];
  return code === "" || text === "" ? text : `\x1b[${code}m${text}\x1b[0m`;
};

/** Leaves text as it is. */
export const paintNothing: Paint = (_tone, text) => text;
