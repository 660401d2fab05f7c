// @ts-check
import htm from "/lib/htm.js";
import { h } from "/lib/preact.js";

/**
 * Draws a template. Values are put in as text or attributes, never as HTML.
 *
 * @type {(strings: TemplateStringsArray, ...values: any[]) => any}
 */
export const html = /** @type {any} */ (htm).bind(h);
