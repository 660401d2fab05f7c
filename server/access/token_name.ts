/** Letters, digits and `. _ -`, beginning with a letter or digit: safe to show anywhere. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Checks the name of a token.
 *
 * @param text What a person typed.
 * @returns The same text.
 * @throws {RangeError} When it is not 1 to 64 letters, digits, `.`, `_` and `-`.
 */
export function parseTokenName(text: string): string {
  if (NAME.test(text)) return text;
  throw new RangeError(
    `Cannot use "${text}" as the name of a token: it takes 1 to 64 letters, digits, ".", "_" or "-"`,
  );
}
