import type { Model } from "../model/model.ts";
import { footerEntries, helpEntries, menuEntries } from "../update/action_entries.ts";
import { frameTexts } from "./frame.ts";
import type { Style } from "./style.ts";

/**
 * Draws the whole screen.
 *
 * @param model What is shown.
 * @param style Whether colours are used.
 * @returns One text for each row of the screen, of exactly its width, with no sequence but SGR.
 */
export function screenLines(model: Model, style: Style): readonly string[] {
  const dialog = model.dialogs.at(-1);
  // Only what is on the screen is worked out.
  return frameTexts(model, style, {
    footer: footerEntries(model),
    menu: dialog?.kind === "menu" ? menuEntries(model) : [],
    help: dialog?.kind === "help" ? helpEntries(model, dialog.choice.filter.text) : [],
  });
}
