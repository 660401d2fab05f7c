import stringWidth from "string-width";

// Terminals disagree about the width of what is made of several code points: families, flags, skin
// tones, and symbols that a variation selector makes an emoji.
const UNCERTAIN = /\u200d|\ufe0f|[\u{1f1e6}-\u{1f1ff}]|\p{Emoji_Modifier}|[\u{e0020}-\u{e007f}]/u;
// deno-lint-ignore no-control-regex -- Select Graphic Rendition, the only sequence in a line
const LOOK = /(\x1b\[[\d;]*m)/;
const ERASE_LINE = "\x1b[2K";

let segmenter: Intl.Segmenter | undefined;

/**
 * Keeps the rest of a line in its columns, whatever width a terminal gives to an emoji: behind each
 * one that is uncertain the cursor is put where it belongs.
 *
 * @param line Text with colours, for the beginning of a row.
 * @returns The same line; nearly always as it was.
 */
export function holdColumns(line: string): string {
  if (!UNCERTAIN.test(line)) return line;
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const parts = [ERASE_LINE];
  let column = 0;
  for (const run of line.split(LOOK)) {
    if (run.startsWith("\x1b")) {
      parts.push(run);
      continue;
    }
    for (const { segment } of segmenter.segment(run)) {
      parts.push(segment);
      column += stringWidth(segment);
      if (UNCERTAIN.test(segment)) parts.push(`\x1b[${column + 1}G`);
    }
  }
  return parts.join("");
}
