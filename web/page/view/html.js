// @ts-check
import htm from "/lib/htm.js";
import { h } from "/lib/preact.js";
import { shownValues } from "../state/shown_text.js";

/** @type {(strings: TemplateStringsArray, ...values: unknown[]) => any} */
const draw = /** @type {any} */ (htm).bind(h);

/**
 * Draws a template. Values are put in as text or attributes, never as HTML, and what people see of
 * them is escaped (shownText()).
 *
 * @param {TemplateStringsArray} strings
 * @param {...any} values
 * @returns {any}
 */
export function html(strings, ...values) {
  return draw(strings, ...shownValues(strings, values));
}
