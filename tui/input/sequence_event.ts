import type { InputEvent, KeyPress, NamedKey } from "./input_event.ts";
import { sgrMouseEvent } from "./mouse_event.ts";

type Modifiers = Partial<Pick<KeyPress, "isControl" | "isAlt" | "isShift">>;

/** Keys of `CSI … final` and `SS3 final`; with modifiers as in `CSI 1;5A`. */
const FINAL_KEYS: Readonly<Record<string, NamedKey>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  P: "f1",
  Q: "f2",
  T: "f5",
};

/** Keys of `CSI number ~`; rxvt ends them in `$` with Shift, `^` with Ctrl, `@` with both. */
const NUMBER_KEYS: Readonly<Record<string, NamedKey>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "pageUp",
  6: "pageDown",
  7: "home",
  8: "end",
  11: "f1",
  12: "f2",
  15: "f5",
};

const RXVT_FINALS: Readonly<Record<string, Modifiers>> = {
  "~": {},
  "$": { isShift: true },
  "^": { isControl: true },
  "@": { isControl: true, isShift: true },
};

/** rxvt's arrows: small letters, behind CSI with Shift, behind SS3 with Ctrl. */
const RXVT_ARROWS: Readonly<Record<string, NamedKey>> = {
  a: "up",
  b: "down",
  c: "right",
  d: "left",
};

/** The number pad in application mode. */
const KEYPAD: Readonly<Record<string, string>> = {
  M: "enter",
  j: "*",
  k: "+",
  l: ",",
  m: "-",
  n: ".",
  o: "/",
  p: "0",
  q: "1",
  r: "2",
  s: "3",
  t: "4",
  u: "5",
  v: "6",
  w: "7",
  x: "8",
  y: "9",
};

const NAMED_CONTROLS: Readonly<Record<number, NamedKey>> = {
  0x08: "backspace",
  0x09: "tab",
  0x0a: "enter",
  0x0d: "enter",
  0x7f: "backspace",
};

/** Keys that terminals with further protocols tell by their code. */
const CODED_KEYS: Readonly<Record<number, NamedKey>> = {
  9: "tab",
  13: "enter",
  27: "escape",
  127: "backspace",
};

/**
 * Makes the press of a key.
 *
 * @param key The key's name or its character. The case of a letter says what Shift did.
 * @param modifiers Keys held with it. @default none
 * @returns The event.
 */
export function keyPress(key: string, modifiers: Modifiers = {}): KeyPress {
  return { kind: "key", key, isControl: false, isAlt: false, isShift: false, ...modifiers };
}

/**
 * Reads a control character.
 *
 * @param byte 0 to 31, or 127.
 * @returns A named key, or a character with Ctrl.
 */
export function controlKey(byte: number): KeyPress {
  const named = NAMED_CONTROLS[byte];
  if (named !== undefined) return keyPress(named);
  if (byte === 0) return keyPress(" ", { isControl: true });
  // 1 is Ctrl+a, 26 Ctrl+z; 28 to 31 are \ ] ^ and _.
  return keyPress(String.fromCharCode(byte <= 26 ? byte + 0x60 : byte + 0x40), { isControl: true });
}

/**
 * Reads a control sequence (CSI).
 *
 * @param parameters What stands before the final byte.
 * @param final The final byte.
 * @returns The event, or undefined for a sequence that is not known.
 */
export function sequenceEvent(parameters: string, final: string): InputEvent | undefined {
  if (final === "M" || final === "m") return sgrMouseEvent(parameters, final);
  if (!/^[\d;]*$/.test(parameters)) return undefined;
  const [first = "", second = "", third = ""] = parameters.split(";");
  const modifiers = modifiersOf(second);
  if (final === "Z") return keyPress("tab", { ...modifiers, isShift: true });
  if (final === "u") return codedKey(Number(first), modifiers);
  if (final === "~" && first === "27") return codedKey(Number(third), modifiers);
  const rxvt = RXVT_FINALS[final];
  if (rxvt !== undefined) return named(NUMBER_KEYS[first], { ...modifiers, ...rxvt });
  if (parameters === "" && final in RXVT_ARROWS) {
    return named(RXVT_ARROWS[final], { isShift: true });
  }
  return first === "" || first === "1" ? named(FINAL_KEYS[final], modifiers) : undefined;
}

/**
 * Reads a key of SS3.
 *
 * @param modifier Digits before the final byte, which some terminals send.
 * @param final The final byte.
 * @returns The key, or undefined for one that is not known.
 */
export function singleShiftKey(modifier: string, final: string): KeyPress | undefined {
  const arrow = RXVT_ARROWS[final];
  if (arrow !== undefined) return keyPress(arrow, { isControl: true });
  return named(FINAL_KEYS[final] ?? KEYPAD[final], modifiersOf(modifier));
}

function named(key: string | undefined, modifiers: Modifiers): KeyPress | undefined {
  return key === undefined ? undefined : keyPress(key, modifiers);
}

// CSI u (fixterms, kitty) and xterm's modifyOtherKeys tell the code of the character.
function codedKey(code: number, modifiers: Modifiers): KeyPress | undefined {
  const name = CODED_KEYS[code];
  if (name !== undefined) return keyPress(name, modifiers);
  const isPrivate = code >= 0xe000 && code <= 0xf8ff;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < 0x20 || code > 0x10ffff || (code >= 0x7f && code <= 0x9f)) return undefined;
  if (isPrivate || isSurrogate || Number.isNaN(code)) return undefined;
  const character = String.fromCodePoint(code);
  if (modifiers.isShift !== true) return keyPress(character, modifiers);
  const upper = character.toUpperCase();
  return keyPress([...upper].length === 1 ? upper : character, { ...modifiers, isShift: false });
}

// xterm: 1 plus 1 for Shift, 2 for Alt, 4 for Ctrl, 8 for Meta.
function modifiersOf(text: string): Modifiers {
  if (!/^\d{1,3}$/.test(text) || text === "0") return {};
  const bits = Number(text) - 1;
  return {
    isShift: (bits & 1) !== 0,
    isAlt: (bits & (2 | 8)) !== 0,
    isControl: (bits & 4) !== 0,
  };
}
