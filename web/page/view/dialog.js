// @ts-check
import { Component, createRef } from "/lib/preact.js";
import { html } from "./html.js";
import { IconButton } from "./icon_button.js";

/**
 * A modal dialog: the browser keeps the focus inside, and gives it back when it closes.
 *
 * @extends {Component<{title: string, onClose: () => void, className?: string, isAlert?: boolean,
 *   onKeyDown?: (event: KeyboardEvent) => void, children?: any}, {}>}
 */
export class Dialog extends Component {
  #element = /** @type {{current: HTMLDialogElement | null}} */ (createRef());
  #before = /** @type {Element | null} */ (null);

  /** @override */
  componentDidMount() {
    this.#before = document.activeElement;
    this.#element.current?.showModal();
  }

  /** @override */
  componentWillUnmount() {
    this.#element.current?.close();
    const target = this.#before?.isConnected ? this.#before : document.getElementById("list");
    if (target instanceof HTMLElement) target.focus();
  }

  /** @param {any} props */
  render({ title, onClose, className = "", isAlert = false, onKeyDown, children }) {
    // The next key press must not wait for the next frame to reach what is behind.
    const leave = () => {
      this.#element.current?.close();
      onClose();
    };
    const cancel = (/** @type {Event} */ event) => {
      event.preventDefault();
      leave();
    };
    const clickOutside = (/** @type {MouseEvent} */ event) => {
      if (event.target === this.#element.current) leave();
    };
    return html`
      <dialog tabindex="-1" ref=${this
        .#element} class=${`dialog ${className}`} aria-labelledby="dialog-title"
        role=${isAlert ? "alertdialog" : undefined} onCancel=${cancel} onClick=${clickOutside}
        onKeyDown=${onKeyDown}>
        <div class="dialog-body">
          <header class="dialog-head">
            <h2 id="dialog-title">${title}</h2>
            <${IconButton} icon="close" label="Close" onClick=${leave} />
          </header>
          ${children}
        </div>
      </dialog>
    `;
  }
}
