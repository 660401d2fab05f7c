// @ts-check
/** Text of others as the page shows it: the rule of protocol/escape_text.ts, which the browser cannot load. */

const PLAIN = /^[\x20-\x7e]*$/;
const UNSAFE =
  // deno-lint-ignore no-control-regex -- control characters are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;
const BARE_JOINER = /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d|\u200c/gu;

/** @type {Readonly<Record<string, string>>} */
const SHORT = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Of an element's attributes, those that people see or hear. The others hold addresses, keys and raw names. */
const SHOWN_ATTRIBUTES = new Set(["title", "aria-label", "alt", "placeholder"]);

/**
 * Makes control, invisible and direction-changing characters visible: `\n`, `\t`, `\r` or `\u{hex}`.
 * Text that was shown once stays as it is when it is shown again.
 *
 * @param {string} text
 * @returns {string}
 */
export function shownText(text) {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSAFE, escapeCharacter).replace(BARE_JOINER, escapeCharacter);
}

/**
 * Makes the values of a template ready to be drawn: all text between the tags and in attributes that
 * are shown. No view has to think of it.
 *
 * @param {readonly string[]} strings The template around the values.
 * @param {readonly unknown[]} values
 * @returns {unknown[]}
 */
export function shownValues(strings, values) {
  return values.map((value, index) => {
    if (typeof value !== "string") return value;
    const attribute = /\s([\w-]+)=$/.exec(strings[index] ?? "")?.[1];
    return attribute === undefined || SHOWN_ATTRIBUTES.has(attribute) ? shownText(value) : value;
  });
}

/** @param {string} character @returns {string} */
function escapeCharacter(character) {
  return SHORT[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
}
