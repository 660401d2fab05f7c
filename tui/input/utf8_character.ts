/** A character at one place of the input. */
export interface CharacterRead {
  /** Bytes that it takes, or that are wrong. */
  readonly length: number;
  /** Undefined for bytes that are no UTF-8, and for C1 controls. */
  readonly character: string | undefined;
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads one character of UTF-8 (RFC 3629).
 *
 * @param input Bytes of the terminal.
 * @param at Where it begins.
 * @returns The character, or undefined when its rest has not come yet.
 */
export function readCharacter(input: Uint8Array, at: number): CharacterRead | undefined {
  const length = lengthOf(input[at] ?? 0);
  if (length === 0) return { length: 1, character: undefined };
  for (let offset = 1; offset < length; offset++) {
    const byte = input[at + offset];
    if (byte === undefined) return undefined;
    // What is no continuation begins something of its own.
    if ((byte & 0xc0) !== 0x80) return { length: offset, character: undefined };
  }
  return { length, character: decode(input.subarray(at, at + length)) };
}

function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const character = DECODER.decode(bytes);
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x80 && code <= 0x9f ? undefined : character;
  } catch {
    // An over-long form or a surrogate: not a character.
    return undefined;
  }
}
