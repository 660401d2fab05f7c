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

  /** @override */
  componentDidMount() {
    const field = this.#field.current;
    if (field === null) return;
    field.focus();
    const dot = this.props.row.kind === "folder" ? -1 : this.props.row.name.lastIndexOf(".");
    field.setSelectionRange(0, dot > 0 ? dot : this.props.row.name.length);
  }

  #save() {
    if (this.#isOver) return;
    this.#isOver = true;
    renameRow(this.props.app, this.props.row, this.#field.current?.value ?? "");
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
        onBlur=${() => this.#save()} onClick=${stop} onDblClick=${stop} />
    `;
  }
}
