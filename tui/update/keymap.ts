import type { ActionId } from "../model/action.ts";
import type { Model } from "../model/model.ts";

/** What has the keys while no dialog is open. */
export type KeyContext = "pane" | "panel" | "transfers" | "history" | "server";

/** Keys that do one thing. */
export interface Binding {
  readonly id: ActionId;
  /** Names as `keyName()` gives them. */
  readonly keys: readonly string[];
  /** What it does, for help, menu and footer. */
  readonly label: string;
  readonly contexts: readonly KeyContext[];
}

const ALL: readonly KeyContext[] = ["pane", "panel", "transfers", "history", "server"];
const TRANSFERS: readonly KeyContext[] = ["panel", "transfers"];
const PANE: readonly KeyContext[] = ["pane"];

/** Every key, in the order in which help lists them. */
export const BINDINGS: readonly Binding[] = [
  { id: "upload", keys: ["u"], label: "Upload", contexts: PANE },
  { id: "download", keys: ["d"], label: "Download", contexts: PANE },
  { id: "rename", keys: ["r", "f2"], label: "Rename", contexts: PANE },
  { id: "delete", keys: ["x", "delete"], label: "Delete", contexts: PANE },
  { id: "deletePermanently", keys: ["D"], label: "Delete for good", contexts: PANE },
  { id: "mkdir", keys: ["n"], label: "New folder", contexts: PANE },
  { id: "preview", keys: ["v"], label: "Preview", contexts: PANE },
  { id: "details", keys: ["i"], label: "Properties", contexts: PANE },
  { id: "checksum", keys: ["#"], label: "Checksum", contexts: PANE },
  { id: "search", keys: ["f"], label: "Search the server's folder", contexts: PANE },
  { id: "trash", keys: ["T"], label: "Trash of the server", contexts: PANE },
  { id: "menu", keys: ["m"], label: "Menu", contexts: PANE },

  { id: "select", keys: [" ", "insert"], label: "Select and move down", contexts: PANE },
  { id: "invertSelection", keys: ["*"], label: "Invert the selection", contexts: PANE },
  { id: "filter", keys: ["/"], label: "Filter as you type", contexts: ["pane", "history"] },
  {
    id: "clearSelection",
    keys: ["escape"],
    label: "Clear filter or selection",
    contexts: ["pane", "history"],
  },
  { id: "sort", keys: ["s"], label: "Sort by the next column", contexts: PANE },
  { id: "reverseSort", keys: ["S"], label: "Reverse the order", contexts: PANE },
  { id: "showHidden", keys: ["."], label: "Show or hide hidden files", contexts: PANE },
  { id: "open", keys: ["enter"], label: "Open folder or preview file", contexts: PANE },
  { id: "parent", keys: ["backspace"], label: "Go to the folder above", contexts: PANE },
  { id: "goto", keys: [":"], label: "Go to a folder", contexts: PANE },
  { id: "switchPane", keys: ["tab"], label: "Go to the other pane", contexts: PANE },
  { id: "leftPane", keys: ["left", "h"], label: "Go to the left pane", contexts: PANE },
  { id: "rightPane", keys: ["right", "l"], label: "Go to the right pane", contexts: PANE },
  { id: "focusTransfers", keys: ["t"], label: "Go to the transfers", contexts: PANE },
  {
    id: "switchPane",
    keys: ["tab", "escape", "t"],
    label: "Back to the panes",
    contexts: ["panel"],
  },

  { id: "pause", keys: ["p", " "], label: "Pause or resume", contexts: TRANSFERS },
  { id: "cancel", keys: ["c"], label: "Cancel, throw away what was moved", contexts: TRANSFERS },
  { id: "retry", keys: ["R"], label: "Retry", contexts: TRANSFERS },
  { id: "rateDown", keys: ["-"], label: "Lower rate limit", contexts: TRANSFERS },
  { id: "rateUp", keys: ["+", "="], label: "Raise rate limit", contexts: TRANSFERS },
  { id: "dismiss", keys: ["x", "delete"], label: "Dismiss the row", contexts: TRANSFERS },
  { id: "dismissAll", keys: ["X"], label: "Dismiss all ended rows", contexts: TRANSFERS },
  { id: "open", keys: ["enter"], label: "Tell all about it", contexts: [...TRANSFERS, "history"] },
  {
    id: "pauseAll",
    keys: ["P"],
    label: "Pause or resume all",
    contexts: ["pane", ...TRANSFERS],
  },
  {
    id: "jobs",
    keys: ["J"],
    label: "Transfers at once, 1 to 64",
    contexts: ["pane", ...TRANSFERS],
  },

  { id: "repeat", keys: ["R"], label: "Transfer it again", contexts: ["history"] },
  { id: "historyFailed", keys: ["e"], label: "Only what failed", contexts: ["history"] },

  { id: "up", keys: ["up", "k"], label: "Up", contexts: ALL },
  { id: "down", keys: ["down", "j"], label: "Down", contexts: ALL },
  { id: "pageUp", keys: ["pageUp", "ctrl+b"], label: "Page up", contexts: ALL },
  { id: "pageDown", keys: ["pageDown", "ctrl+f"], label: "Page down", contexts: ALL },
  { id: "first", keys: ["home", "g"], label: "First row", contexts: ALL },
  { id: "last", keys: ["end", "G"], label: "Last row", contexts: ALL },

  { id: "refresh", keys: ["f5", "ctrl+r"], label: "Read again", contexts: ["pane", "history"] },
  { id: "reconnect", keys: ["C"], label: "Connect now", contexts: ALL },
  { id: "viewFiles", keys: ["1"], label: "Files", contexts: ALL },
  { id: "viewTransfers", keys: ["2"], label: "Transfers", contexts: ALL },
  { id: "viewHistory", keys: ["3"], label: "History", contexts: ALL },
  { id: "viewServer", keys: ["4"], label: "Server", contexts: ALL },
  { id: "nextView", keys: ["shift+tab"], label: "Next view", contexts: ["pane", "panel"] },
  {
    id: "nextView",
    keys: ["tab", "shift+tab"],
    label: "Next view",
    contexts: ["transfers", "history", "server"],
  },
  { id: "help", keys: ["?", "f1"], label: "Help", contexts: ALL },
  { id: "quit", keys: ["q", "ctrl+c"], label: "Quit", contexts: ALL },
];

/** What has the keys while no dialog is open. */
export function keyContext(model: Model): KeyContext {
  if (model.view !== "files") return model.view;
  return model.focus === "transfers" ? "panel" : "pane";
}

/** The keys of a context, in the order of help. */
export function bindingsOf(context: KeyContext): readonly Binding[] {
  return BINDINGS.filter((binding) => binding.contexts.includes(context));
}

/** What a key does; undefined when it does nothing there. */
export function actionOfKey(context: KeyContext, key: string): ActionId | undefined {
  return KEYS_OF[context].get(key);
}

const KEYS_OF: Readonly<Record<KeyContext, ReadonlyMap<string, ActionId>>> = {
  pane: keysOf("pane"),
  panel: keysOf("panel"),
  transfers: keysOf("transfers"),
  history: keysOf("history"),
  server: keysOf("server"),
};

function keysOf(context: KeyContext): ReadonlyMap<string, ActionId> {
  return new Map(bindingsOf(context).flatMap(({ id, keys }) => keys.map((key) => [key, id])));
}
