// @ts-check
import { Component } from "/lib/preact.js";
import { makeFolder } from "../actions/manage.js";
import { Dialog } from "./dialog.js";
import { html } from "./html.js";

/** @extends {Component<{app: import("../app.js").App}, {problem: string}>} */
export class NewFolderDialog extends Component {
  /** @override */
  state = { problem: "" };

  #close = () => this.props.app.store.set({ dialog: null });

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const name = String(new FormData(form).get("name"));
    const problem = name.trim() === ""
      ? "A folder needs a name"
      : await makeFolder(this.props.app, name);
    if (problem === "") this.#close();
    else this.setState({ problem });
  }

  /** @param {any} _props @param {{problem: string}} local */
  render(_props, { problem }) {
    return html`
      <${Dialog} title="New folder" className="dialog-small" onClose=${this.#close}>
        <form onSubmit=${(/** @type {SubmitEvent} */ event) => this.#submit(event)}>
          <label class="field">Name
            <input name="name" type="text" autofocus autocomplete="off" spellcheck=${false}
              aria-describedby="new-folder-problem" aria-invalid=${problem !== ""} />
          </label>
          <p id="new-folder-problem" class="problem" role="alert">${problem}</p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick=${this.#close}>Cancel</button>
            <button type="submit" class="button button-main">Make folder</button>
          </div>
        </form>
        </${Dialog}>
    `;
  }
}
