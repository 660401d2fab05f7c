import type { KeyPress } from "../input/input_event.ts";

/** Names of keys as the screen shows them; the others show as they are. */
const SHOWN: Readonly<Record<string, string>> = {
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  home: "Home",
  end: "End",
  pageUp: "PgUp",
  pageDown: "PgDn",
  enter: "Enter",
  escape: "Esc",
  tab: "Tab",
  backspace: "Backspace",
  delete: "Del",
  insert: "Ins",
  f1: "F1",
  f2: "F2",
  f5: "F5",
  " ": "Space",
};

/** The name of a key in the keymap, such as `ctrl+c`, `shift+tab`, `G` or `pageUp`. */
export function keyName(press: KeyPress): string {
  const { key, isControl, isAlt, isShift } = press;
  // A typed character already shows whether Shift was held.
  const isNamed = key.length > 1 && key in SHOWN;
  const letter = isControl && !isNamed ? key.toLowerCase() : key;
  return `${isControl ? "ctrl+" : ""}${isAlt ? "alt+" : ""}${
    isShift && isNamed ? "shift+" : ""
  }${letter}`;
}

/** A key of the keymap as the screen shows it, such as `Ctrl+C`, `Shift+Tab`, `G` or `PgUp`. */
export function shownKey(name: string): string {
  // The key itself may be a plus.
  const at = name.length === 1 ? -1 : name.lastIndexOf("+", name.length - 2);
  const key = name.slice(at + 1);
  const modifiers = at === -1 ? [] : name.slice(0, at).split("+");
  const shown = SHOWN[key] ?? (modifiers.includes("ctrl") ? key.toUpperCase() : key);
  return [...modifiers.map(capitalised), shown].join("+");
}

/** The character that a press types; undefined when it is not one. */
export function typedText(press: KeyPress): string | undefined {
  const { key, isControl, isAlt } = press;
  if (isControl || isAlt || key in SHOWN && key !== " ") return undefined;
  return key;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
