/** Which modes the full screen uses. */
export interface ModeOptions {
  /** Whether the terminal reports the mouse. */
  readonly hasMouse: boolean;
}

const ALTERNATE_SCREEN = "?1049";
const CURSOR = "?25";
// With it off, a line that a terminal takes for wider than we do is cut, and moves nothing.
const AUTO_WRAP = "?7";
const BRACKETED_PASTE = "?2004";
const MOUSE_BUTTONS = "?1000";
const MOUSE_SGR = "?1006";
// A terminal that knows it shows what comes between the two at once; others ignore it.
const SYNCHRONIZED = "?2026";

/** Ends a sequence that was cut in its middle (CAN). */
const CANCEL = "\x18";
const PLAIN_TEXT = "\x1b[0m";

/** Begins an update that appears at once. */
export const BEGIN_UPDATE = `\x1b[${SYNCHRONIZED}h`;

/** Ends an update that appears at once. */
export const END_UPDATE = `\x1b[${SYNCHRONIZED}l`;

/** Clears the whole screen. */
export const CLEAR_SCREEN = `${PLAIN_TEXT}\x1b[2J`;

/**
 * Gives what takes the terminal over.
 *
 * @param options Which modes are used.
 * @returns Text for the terminal.
 */
export function enterSequence(options: ModeOptions): string {
  const mouse = options.hasMouse ? [MOUSE_BUTTONS, MOUSE_SGR] : [];
  const on = [ALTERNATE_SCREEN, BRACKETED_PASTE, ...mouse].map((mode) => `\x1b[${mode}h`);
  const off = [CURSOR, AUTO_WRAP].map((mode) => `\x1b[${mode}l`);
  return [...on, ...off, CLEAR_SCREEN].join("");
}

/**
 * Gives what hands the terminal back as it was.
 *
 * @param options The same modes.
 * @returns Text for the terminal; it works in the middle of a frame, too.
 */
export function leaveSequence(options: ModeOptions): string {
  const mouse = options.hasMouse ? [MOUSE_SGR, MOUSE_BUTTONS] : [];
  const off = [...mouse, BRACKETED_PASTE].map((mode) => `\x1b[${mode}l`).join("");
  const on = [AUTO_WRAP, CURSOR].map((mode) => `\x1b[${mode}h`).join("");
  return `${CANCEL}${END_UPDATE}${PLAIN_TEXT}${off}${on}\x1b[${ALTERNATE_SCREEN}l`;
}
