// @ts-check
import { Component } from "/lib/preact.js";
import { takeDrop } from "../actions/drop_files.js";
import { mayWrite } from "../state/rights.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/**
 * The whole page takes files; on a folder's row they go into that folder.
 *
 * @extends {Component<{app: import("../app.js").App, route: import("../types.js").Route}, {folder: string | null}>}
 */
export class DropZone extends Component {
  /** @override */
  state = { folder: /** @type {string | null} */ (null) };
  #depth = 0;

  /** @override */
  componentDidMount() {
    addEventListener("dragenter", (event) => this.#enter(event));
    addEventListener("dragover", (event) => this.#over(event));
    addEventListener("dragleave", () => this.#leave());
    addEventListener("drop", (event) => this.#drop(event));
    addEventListener("paste", (event) => this.#paste(event));
  }

  /** @param {DragEvent} event @returns {boolean} */
  #isWelcome(event) {
    const { route, app } = this.props;
    const { dialog, session } = app.store.state;
    const isFree = route.view === "files" && dialog === null && mayWrite(session);
    return isFree && event.dataTransfer !== null && event.dataTransfer.types.includes("Files");
  }

  /** @param {Event} event @returns {string} */
  #folderAt(event) {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest("[data-drop-folder]");
    return row instanceof HTMLElement ? row.dataset.dropFolder ?? "" : this.props.route.path;
  }

  /** @param {DragEvent} event */
  #enter(event) {
    this.#depth += 1;
    if (this.#isWelcome(event)) event.preventDefault();
  }

  /** @param {DragEvent} event */
  #over(event) {
    // Without this the browser would open a file that is dropped, and leave the page.
    event.preventDefault();
    if (event.dataTransfer === null) return;
    event.dataTransfer.dropEffect = this.#isWelcome(event) ? "copy" : "none";
    const folder = this.#isWelcome(event) ? this.#folderAt(event) : null;
    if (folder !== this.state.folder) this.setState({ folder });
  }

  #leave() {
    this.#depth -= 1;
    if (this.#depth <= 0) this.setState({ folder: null });
  }

  /** @param {DragEvent} event */
  #drop(event) {
    event.preventDefault();
    this.#depth = 0;
    this.setState({ folder: null });
    if (!this.#isWelcome(event) || event.dataTransfer === null) return;
    takeDrop(this.props.app, event.dataTransfer, this.#folderAt(event));
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    if (event.clipboardData === null || event.clipboardData.files.length === 0) return;
    const { route, app } = this.props;
    if (route.view === "files" && mayWrite(app.store.state.session)) {
      takeDrop(this.props.app, event.clipboardData, this.props.route.path);
    }
  }

  /** @param {any} _props @param {{folder: string | null}} local */
  render(_props, { folder }) {
    if (folder === null) return null;
    return html`
      <div class="drop" aria-hidden="true">
        <div class="drop-card">
          <${Icon} name="upload" />
          <p>Upload to <strong>${folder === "" ? "Files" : folder}</strong></p>
        </div>
      </div>
    `;
  }
}
