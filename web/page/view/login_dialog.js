// @ts-check
import { Component, createRef } from "/lib/preact.js";
import { logIn } from "../actions/session.js";
import { html } from "./html.js";

/**
 * Asks for an access token; without one there is nothing to see behind it.
 *
 * @extends {Component<{}, {problem: string, isBusy: boolean}>}
 */
export class LoginDialog extends Component {
  /** @override */
  state = { problem: "", isBusy: false };
  #element = /** @type {{current: HTMLDialogElement | null}} */ (createRef());

  /** @override */
  componentDidMount() {
    this.#element.current?.showModal();
  }

  /** @override */
  componentWillUnmount() {
    this.#element.current?.close();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.state.isBusy) return;
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const token = String(new FormData(form).get("token")).trim();
    if (token === "") return this.setState({ problem: "Paste or type your token" });
    this.setState({ isBusy: true, problem: "" });
    const problem = await logIn(token);
    // What was typed is gone either way: it is whole, and long.
    form.reset();
    this.setState({ isBusy: false, problem });
  }

  /** @param {any} _props @param {{problem: string, isBusy: boolean}} local */
  render(_props, { problem, isBusy }) {
    return html`
      <dialog ref=${this.#element} class="dialog dialog-small" aria-labelledby="login-title"
        onCancel=${(/** @type {Event} */ event) => event.preventDefault()}>
        <form class="dialog-body" onSubmit=${(/** @type {SubmitEvent} */ event) =>
          this.#submit(event)}>
          <header class="dialog-head">
            <h2 id="login-title">Log in</h2>
          </header>
          <p>This server asks for an access token. Whoever runs it makes one
            with <code>deno task server token create</code>.</p>
          <label class="field">Access token
            <input name="token" type="password" autofocus autocomplete="current-password"
              spellcheck=${false} aria-describedby="login-problem"
              aria-invalid=${problem !== ""} />
          </label>
          <p id="login-problem" class="problem" role="alert">${problem}</p>
          <div class="dialog-buttons">
            <button type="submit" class="button button-main" disabled=${isBusy}>
              ${isBusy ? "Logging in…" : "Log in"}
            </button>
          </div>
        </form>
      </dialog>
    `;
  }
}
