/**
 * Makes text that a peer chose safe to show in a terminal or a log line: control characters, line
 * separators, invisible and direction-changing characters and lone surrogates become `\n`, `\t`,
 * `\r` or `\u{hex}`. All other Unicode stays as it is, joined emoji included.
 *
 * @param text Any text.
 * @returns One line without any character that could move the cursor or reorder the line.
 */
export function escapeText(text: string): string {
  // Nearly all names are plain ASCII; this keeps them free.
  if (PLAIN.test(text)) return text;
  return text.replace(UNSAFE, escapeCharacter).replace(BARE_JOINER, escapeCharacter);
}

const PLAIN = /^[\x20-\x7e]*$/;
const UNSAFE =
  // deno-lint-ignore no-control-regex -- control characters are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;
// A zero-width joiner is part of an emoji only right behind a pictograph (Unicode UTS #51 §1.4.9).
const BARE_JOINER = /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d|\u200c/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeCharacter(character: string): string {
  return SHORT[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
}
