/** Keys that have a name of their own. */
export type NamedKey =
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "pageUp"
  | "pageDown"
  | "enter"
  | "escape"
  | "tab"
  | "backspace"
  | "delete"
  | "insert"
  | "f1"
  | "f2"
  | "f5";

/** One press of a key. */
export interface KeyPress {
  readonly kind: "key";
  /** A named key, or the one character that was typed (`space` is `" "`). */
  readonly key: NamedKey | (string & Record<never, never>);
  readonly isControl: boolean;
  readonly isAlt: boolean;
  readonly isShift: boolean;
}

/** Text that arrived at once (bracketed paste), without the brackets. */
export interface Paste {
  readonly kind: "paste";
  readonly text: string;
}

/** What the mouse did, in cells counted from 0 at the top left. */
export interface MouseEvent {
  readonly kind: "mouse";
  readonly action: "press" | "release" | "wheelUp" | "wheelDown";
  readonly column: number;
  readonly row: number;
}

/** What came from the terminal. */
export type InputEvent = KeyPress | Paste | MouseEvent;
