import type { ActionId } from "../model/action.ts";
import type { ActionEntry } from "../model/dialog.ts";
import type { Model } from "../model/model.ts";
import { whyNot } from "./action_limits.ts";
import { shownKey } from "./key_name.ts";
import { type Binding, bindingsOf, type KeyContext, keyContext } from "./keymap.ts";
import { MENU_ACTIONS } from "./menu_actions.ts";

/** The keys that the footer tells, the most useful first: it shows as many as fit. */
const FOOTER: Readonly<Record<KeyContext, readonly ActionId[]>> = {
  pane: [
    "upload",
    "download",
    "rename",
    "delete",
    "mkdir",
    "select",
    "menu",
    "filter",
    "help",
    "quit",
    "focusTransfers",
    "preview",
    "details",
  ],
  panel: [
    "pause",
    "cancel",
    "retry",
    "rateDown",
    "rateUp",
    "dismiss",
    "jobs",
    "switchPane",
    "help",
    "quit",
  ],
  transfers: [
    "pause",
    "cancel",
    "retry",
    "rateDown",
    "rateUp",
    "dismiss",
    "dismissAll",
    "jobs",
    "help",
    "quit",
  ],
  history: ["repeat", "open", "filter", "historyFailed", "refresh", "help", "quit"],
  server: ["reconnect", "nextView", "help", "quit"],
};

/** Everything that can be done where the keys go now, with its keys, in the order of help. */
export function actionEntries(model: Model): readonly ActionEntry[] {
  return bindingsOf(keyContext(model)).map((binding) => entryOf(model, binding));
}

/** The entries of the file-management menu. */
export function menuEntries(model: Model): readonly ActionEntry[] {
  const bindings = bindingsOf("pane");
  return MENU_ACTIONS.flatMap((id) => {
    const binding = bindings.find((one) => one.id === id);
    return binding === undefined ? [] : [entryOf(model, binding)];
  });
}

/**
 * The lines of help that hold a text, in their label or as a key.
 *
 * @param filter What was typed; case does not matter.
 */
export function helpEntries(model: Model, filter: string): readonly ActionEntry[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === "") return actionEntries(model);
  return actionEntries(model).filter(({ label, keys }) =>
    label.toLowerCase().includes(wanted) || keys.some((key) => key.toLowerCase() === wanted)
  );
}

/** What the footer tells, the most useful first. */
export function footerEntries(model: Model): readonly ActionEntry[] {
  const context = keyContext(model);
  const bindings = bindingsOf(context);
  return FOOTER[context].flatMap((id) => {
    const binding = bindings.find((one) => one.id === id);
    return binding === undefined ? [] : [entryOf(model, binding)];
  });
}

function entryOf(model: Model, { id, keys, label }: Binding): ActionEntry {
  return {
    id,
    keys: keys.map(shownKey),
    label: labelOf(model, id, label),
    disabledWhy: whyNot(model, id),
  };
}

/** A local delete is for good, and the words must say so. */
function labelOf(model: Model, id: ActionId, label: string): string {
  if (id !== "delete") return label;
  return model.focus === "server" ? "Delete (to the trash)" : "Delete for good";
}
