/** Most bytes of one paste; what is beyond is dropped. */
export const MAX_PASTE_BYTES = 64 * 1024;

/** A paste whose end has not come. */
export interface PastePart {
  /** At most {@linkcode MAX_PASTE_BYTES}. */
  readonly bytes: Uint8Array;
}

/** What a piece of a paste gave. */
export interface PasteRead {
  /** Where what comes behind it begins. */
  readonly next: number;
  /** What there is so far, while the end has not come. */
  readonly part: PastePart | undefined;
  /** All of it, when the end has come. */
  readonly text: string | undefined;
}

const END = new TextEncoder().encode("\x1b[201~");

/**
 * Reads on in a bracketed paste.
 *
 * @param part What there is so far.
 * @param input Bytes of the terminal.
 * @param at Where to read on.
 * @returns How far it came. Up to five bytes that may begin the end mark are left in the input.
 */
export function readPaste(part: PastePart, input: Uint8Array, at: number): PasteRead {
  const end = findEnd(input, at);
  const bytes = append(part.bytes, input.subarray(at, end.at));
  if (!end.isWhole) return { next: end.at, part: { bytes }, text: undefined };
  return { next: end.at + END.length, part: undefined, text: decode(bytes) };
}

function findEnd(input: Uint8Array, from: number): { at: number; isWhole: boolean } {
  for (let at = input.indexOf(END[0] ?? 0, from); at !== -1;) {
    let same = 1;
    while (same < END.length && input[at + same] === END[same]) same++;
    if (same === END.length) return { at, isWhole: true };
    if (at + same === input.length) return { at, isWhole: false };
    at = input.indexOf(END[0] ?? 0, at + 1);
  }
  return { at: input.length, isWhole: false };
}

function append(first: Uint8Array, second: Uint8Array): Uint8Array {
  const taken = second.subarray(0, MAX_PASTE_BYTES - first.length);
  if (taken.length === 0) return first;
  const both = new Uint8Array(first.length + taken.length);
  both.set(first);
  both.set(taken, first.length);
  return both;
}

// Lines end in CR in what terminals paste. Other controls have no place in a name or a pattern.
function decode(bytes: Uint8Array): string {
  // `stream` leaves out a character that the limit has cut.
  const text = new TextDecoder().decode(bytes, { stream: true });
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  return text.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "");
}
