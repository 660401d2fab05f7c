import type { InputEvent, KeyPress } from "./input_event.ts";
import { type PastePart, readPaste } from "./paste.ts";
import { controlKey, keyPress, sequenceEvent, singleShiftKey } from "./sequence_event.ts";
import { legacyMouseEvent } from "./mouse_event.ts";
import { readCharacter } from "./utf8_character.ts";

/** Longest sequence that is kept while its end is missing; real ones have at most some 20 bytes. */
export const MAX_SEQUENCE_BYTES = 256;

/** Bytes whose meaning depends on what comes next. */
export interface PendingInput {
  /** The beginning of a sequence or a character; at most {@linkcode MAX_SEQUENCE_BYTES}. */
  readonly bytes: Uint8Array;
  /** What a paste has brought so far, while one is under way. */
  readonly paste: PastePart | undefined;
}

/** What some bytes mean. */
export interface ParsedInput {
  readonly events: readonly InputEvent[];
  readonly pending: PendingInput;
}

/** What is pending at the beginning. */
export const NOTHING_PENDING: PendingInput = { bytes: new Uint8Array(), paste: undefined };

const ESCAPE = 0x1b;
const BELL = 0x07;
const DELETE = 0x7f;
// An over-long sequence goes on as one with a private mark, which no key has: its end is swallowed.
const SWALLOWED = [ESCAPE, 0x5b, 0x3f];
// Introducers of strings (DCS, SOS, OSC, PM, APC): answers of terminals, which nobody asked for.
const STRING_INTRODUCERS: ReadonlySet<number> = new Set([0x50, 0x58, 0x5d, 0x5e, 0x5f]);
const WAITS = "waits";

/** What stands at one place: how many bytes it takes and what it means, or that more must come. */
type Piece = typeof WAITS | {
  readonly length: number;
  readonly event?: InputEvent | undefined;
  readonly isPasteStart?: boolean;
};

/**
 * Reads what a terminal sends: keys, the mouse (SGR, 1006) and bracketed paste. Sequences that it
 * does not know, controls without a meaning and bytes that are no UTF-8 are swallowed.
 *
 * @param pending What the call before left.
 * @param bytes What came, cut anywhere.
 * @returns Events in order, and what waits for more.
 */
export function parseInput(pending: PendingInput, bytes: Uint8Array): ParsedInput {
  const input = concat(pending.bytes, bytes);
  const events: InputEvent[] = [];
  let paste = pending.paste;
  let at = 0;
  while (at < input.length) {
    if (paste !== undefined) {
      const read = readPaste(paste, input, at);
      at = read.next;
      paste = read.part;
      if (read.text !== undefined && read.text !== "") {
        events.push({ kind: "paste", text: read.text });
      }
      if (paste !== undefined) break;
      continue;
    }
    const piece = readPiece(input, at);
    if (piece === WAITS) break;
    at += piece.length;
    if (piece.event !== undefined) events.push(piece.event);
    if (piece.isPasteStart === true) paste = { bytes: new Uint8Array() };
  }
  return { events, pending: { bytes: bounded(input.slice(at)), paste } };
}

/**
 * Decides what no more bytes have come for within a moment: a lone ESC is the key Escape, `ESC x` is
 * Alt+x. A sequence that has begun beyond doubt waits on.
 *
 * @param pending What the parser left.
 * @returns The keys that it stands for, and what waits on.
 */
export function flushInput(pending: PendingInput): ParsedInput {
  const { bytes, paste } = pending;
  if (paste !== undefined || bytes.length === 0) return { events: [], pending };
  const [first, second = 0] = bytes;
  if (first !== ESCAPE) return { events: [], pending: NOTHING_PENDING };
  const escape = keyPress("escape");
  if (bytes.length === 1) return { events: [escape], pending: NOTHING_PENDING };
  if (bytes.length === 2) {
    const events = second === ESCAPE
      ? [escape, escape]
      : second < 0x80
      ? [keyPress(String.fromCharCode(second), { isAlt: true })]
      : [];
    return { events, pending: NOTHING_PENDING };
  }
  if (STRING_INTRODUCERS.has(second)) return { events: [], pending: NOTHING_PENDING };
  return { events: [], pending };
}

/**
 * Tells whether something waits that {@linkcode flushInput} would decide.
 *
 * @param pending What the parser left.
 * @returns Whether the caller shall set its timer.
 */
export function needsFlush(pending: PendingInput): boolean {
  return pending.paste === undefined && pending.bytes[0] === ESCAPE;
}

function readPiece(input: Uint8Array, at: number): Piece {
  const first = input[at] ?? 0;
  if (first === ESCAPE) return readEscape(input, at);
  if (first < 0x20 || first === DELETE) return { length: 1, event: controlKey(first) };
  return readText(input, at);
}

function readText(input: Uint8Array, at: number): Piece {
  const read = readCharacter(input, at);
  if (read === undefined) return WAITS;
  const event = read.character === undefined ? undefined : keyPress(read.character);
  return { length: read.length, event };
}

function readEscape(input: Uint8Array, at: number): Piece {
  const second = input[at + 1];
  if (second === undefined) return WAITS;
  if (second === 0x5b) return readControlSequence(input, at);
  if (second === 0x4f) return readSingleShift(input, at);
  if (STRING_INTRODUCERS.has(second)) return readString(input, at);
  if (second === ESCAPE) return readDoubleEscape(input, at);
  return withAlt(readPiece(input, at + 1));
}

// rxvt puts one more ESC before the sequence of a key that is pressed with Alt.
function readDoubleEscape(input: Uint8Array, at: number): Piece {
  const third = input[at + 2];
  if (third === undefined) return WAITS;
  if (third === 0x5b || third === 0x4f) return withAlt(readEscape(input, at + 1));
  return { length: 1, event: keyPress("escape") };
}

function withAlt(piece: Piece): Piece {
  if (piece === WAITS) return WAITS;
  const { event } = piece;
  const length = piece.length + 1;
  if (event?.kind !== "key") return { ...piece, length };
  return { length, event: { ...event, isAlt: true } satisfies KeyPress };
}

// CSI: parameters 0x30–0x3F, intermediates 0x20–0x2F, final 0x40–0x7E (ECMA-48 §5.4).
function readControlSequence(input: Uint8Array, at: number): Piece {
  const begin = at + 2;
  let end = begin;
  while (isIn(input[end], 0x30, 0x3f)) end++;
  const parameters = ascii(input, begin, end);
  // rxvt ends a key pressed with Shift in `$`, which is no final byte by the standard.
  if (input[end] === 0x24 && /^\d{1,2}$/.test(parameters)) {
    return { length: end + 1 - at, event: sequenceEvent(parameters, "$") };
  }
  const intermediates = end;
  while (isIn(input[end], 0x20, 0x2f)) end++;
  const final = input[end];
  if (final === undefined) return WAITS;
  // A control character inside ends the sequence, and counts by itself.
  if (!isIn(final, 0x40, 0x7e)) return { length: end - at };
  const length = end + 1 - at;
  if (intermediates !== end || length > MAX_SEQUENCE_BYTES) return { length };
  if (parameters === "") {
    if (final === 0x4d) return readLegacyMouse(input, at);
    if (final === 0x5b) return readConsoleKey(input, at);
  }
  if (final === 0x7e && parameters === "200") return { length, isPasteStart: true };
  return { length, event: sequenceEvent(parameters, String.fromCharCode(final)) };
}

// Terminals that do not know 1006 send three bytes behind `CSI M`.
function readLegacyMouse(input: Uint8Array, at: number): Piece {
  const [button, column, row] = [input[at + 3], input[at + 4], input[at + 5]];
  if (button === undefined || column === undefined || row === undefined) return WAITS;
  return { length: 6, event: legacyMouseEvent(button, column, row) };
}

// The Linux console's function keys: `CSI [ A` to `CSI [ E`.
function readConsoleKey(input: Uint8Array, at: number): Piece {
  const final = input[at + 3];
  if (final === undefined) return WAITS;
  if (!isIn(final, 0x41, 0x45)) return { length: 3 };
  return { length: 4, event: singleShiftKey("", String.fromCharCode(final + 0x0f)) };
}

// SS3, which some terminals give a modifier before its final byte.
function readSingleShift(input: Uint8Array, at: number): Piece {
  let end = at + 2;
  while (isIn(input[end], 0x30, 0x39)) end++;
  const final = input[end];
  if (final === undefined) return WAITS;
  if (!isIn(final, 0x40, 0x7e)) return { length: end - at };
  const length = end + 1 - at;
  if (length > MAX_SEQUENCE_BYTES) return { length };
  return { length, event: singleShiftKey(ascii(input, at + 2, end), String.fromCharCode(final)) };
}

// Ends at BEL or ST; at any other control too, so that a broken one cannot swallow the keyboard.
function readString(input: Uint8Array, at: number): Piece {
  for (let end = at + 2; end < input.length; end++) {
    const byte = input[end] ?? 0;
    if (byte === BELL) return { length: end + 1 - at };
    if (byte === ESCAPE && input[end + 1] === undefined) return WAITS;
    if (byte === ESCAPE && input[end + 1] === 0x5c) return { length: end + 2 - at };
    if (byte < 0x20) return { length: end - at };
  }
  return WAITS;
}

function bounded(rest: Uint8Array): Uint8Array {
  if (rest.length <= MAX_SEQUENCE_BYTES) return rest;
  const second = rest[1] ?? 0;
  if (!STRING_INTRODUCERS.has(second)) return new Uint8Array(SWALLOWED);
  // Its last ESC may be the first half of the string's end.
  return new Uint8Array([ESCAPE, second, ...(rest.at(-1) === ESCAPE ? [ESCAPE] : [])]);
}

function isIn(byte: number | undefined, low: number, high: number): boolean {
  return byte !== undefined && byte >= low && byte <= high;
}

function ascii(input: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...input.subarray(from, Math.min(to, from + MAX_SEQUENCE_BYTES)));
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
