// @ts-check
import { Component, createRef } from "/lib/preact.js";
import { renameRow } from "../actions/manage.js";
import { html } from "./html.js";

/**
 * A name that is being edited in its place.
 *
 * @extends {Component<{app: import("../app.js").App, row: import("../types.js").Row}, {}>}
 */
export class RenameField extends Component {
  #field = /** @type {{current: HTMLInputElement | null}} */ (createRef());
  #isOver = false;
  /** @type {string | null} What could not be had: leaving the field does not ask for it again. */
  #refused = null;

  /** @override */
  componentDidMount() {
    const field = this.#field.current;
    if (field === null) return;
    field.focus();
    const dot = this.props.row.kind === "folder" ? -1 : this.props.row.name.lastIndexOf(".");
    field.setSelectionRange(0, dot > 0 ? dot : this.props.row.name.length);
  }

  async #save() {
    const field = this.#field.current;
    if (this.#isOver || field === null) return;
    this.#isOver = true;
    field.readOnly = true;
    const { app, row } = this.props;
    if (await renameRow(app, row, field.value)) return;
    this.#refused = field.value;
    this.#isOver = false;
    field.readOnly = false;
    field.setAttribute("aria-invalid", "true");
  }

  #leave() {
    if (this.#field.current?.value !== this.#refused) this.#save();
  }

  /** @param {KeyboardEvent} event */
  #onKeyDown(event) {
    event.stopPropagation();
    if (event.key === "Enter") this.#save();
    if (event.key !== "Escape") return;
    this.#isOver = true;
    this.props.app.store.set({ renaming: null });
  }

  /** @param {any} props */
  render({ row }) {
    const stop = (/** @type {Event} */ event) => event.stopPropagation();
    return html`
      <input ref=${this.#field} class="rename" type="text" defaultValue=${row.name}
        aria-label=${`New name for ${row.name}`} spellcheck=${false} autocomplete="off"
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => this.#onKeyDown(event)}
        onBlur=${() => this.#leave()} onClick=${stop} onDblClick=${stop} />
    `;
  }
}
