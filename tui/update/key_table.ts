import { shownKey } from "./key_name.ts";
import { BINDINGS, type KeyContext } from "./keymap.ts";

/** What the documentation calls the places where keys go. */
const PLACES: Readonly<Record<KeyContext, string>> = {
  pane: "panes",
  panel: "transfers below",
  transfers: "Transfers",
  history: "History",
  server: "Server",
};

const CONTEXT_COUNT = Object.keys(PLACES).length;

/** The rows of the documentation's table of keys: keys, what they do, where. */
export function keyTable(): readonly string[] {
  return BINDINGS.map(({ keys, label, contexts }) => {
    const shown = keys.map((key) => `\`${shownKey(key)}\``).join(" ");
    const places = contexts.length === CONTEXT_COUNT
      ? "everywhere"
      : contexts.map((context) => PLACES[context]).join(", ");
    return `| ${shown} | ${label} | ${places} |`;
  });
}
