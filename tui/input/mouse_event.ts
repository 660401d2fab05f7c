import type { MouseEvent } from "./input_event.ts";

/** Most columns or rows that are believed. */
const MAX_CELL = 9999;
const IS_MOTION = 32;
const IS_WHEEL = 64;
const IS_FURTHER = 128;
const MODIFIERS = 4 | 8 | 16;

/**
 * Reads a report of the mouse in SGR form (xterm's mode 1006): `<button;column;row`, ended by `M` for
 * a press or `m` for a release. Only the left button and the wheel count.
 *
 * @param parameters What stands between `CSI` and the final byte.
 * @param final `M` or `m`.
 * @returns The event, or undefined for other buttons and for motion.
 */
export function sgrMouseEvent(parameters: string, final: string): MouseEvent | undefined {
  const [, code, column, row] = /^<(\d{1,4});(\d{1,5});(\d{1,5})$/.exec(parameters) ?? [];
  if (code === undefined) return undefined;
  return mouseEvent(Number(code), Number(column) - 1, Number(row) - 1, final === "m");
}

/**
 * Reads a report of the mouse in X10 form: three bytes, each 32 more than its value.
 *
 * @param button Button byte.
 * @param column Column byte; the first one is 33.
 * @param row Row byte.
 * @returns The event, or undefined for other buttons and for motion.
 */
export function legacyMouseEvent(
  button: number,
  column: number,
  row: number,
): MouseEvent | undefined {
  const code = button - 32;
  if (code < 0) return undefined;
  const isRelease = (code & 3) === 3 && (code & IS_WHEEL) === 0;
  return mouseEvent(isRelease ? code & ~3 : code, column - 33, row - 33, isRelease);
}

function mouseEvent(
  code: number,
  column: number,
  row: number,
  isRelease: boolean,
): MouseEvent | undefined {
  const isOutside = column < 0 || row < 0 || column > MAX_CELL || row > MAX_CELL;
  if (isOutside || (code & (IS_MOTION | IS_FURTHER)) !== 0) return undefined;
  const button = code & ~MODIFIERS;
  if (button === 0) {
    return { kind: "mouse", action: isRelease ? "release" : "press", column, row };
  }
  if (isRelease || (button !== IS_WHEEL && button !== IS_WHEEL + 1)) return undefined;
  return { kind: "mouse", action: button === IS_WHEEL ? "wheelUp" : "wheelDown", column, row };
}
