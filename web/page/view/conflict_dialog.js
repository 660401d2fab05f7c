// @ts-check
import { Component } from "/lib/preact.js";
import { call } from "../api/call.js";
import { formatBytes, formatFullTime } from "../state/format.js";
import { lastName, parentOf } from "../state/remote_path.js";
import { Dialog } from "./dialog.js";
import { html } from "./html.js";

/** @typedef {import("../types.js").UploadItem} UploadItem */
/** @typedef {import("../types.js").OnConflict} OnConflict */

/**
 * Asks what to do with an upload whose name is taken.
 *
 * @extends {Component<{app: import("../app.js").App, item: UploadItem, others: number},
 *   {isForAll: boolean, there: string}>}
 */
export class ConflictDialog extends Component {
  /** @override */
  state = { isForAll: false, there: "" };

  /** @override */
  async componentDidMount() {
    const query = new URLSearchParams({ path: this.props.item.path });
    try {
      const { kind, sizeBytes, modifiedAtMs } = await call("GET", `/api/stat?${query}`);
      const what = kind === "file" ? formatBytes(sizeBytes) : kind;
      this.setState({ there: `${what}, changed ${formatFullTime(modifiedAtMs)}` });
    } catch {
      // It may be gone again; the question stands without its details.
    }
  }

  /** @param {OnConflict} choice */
  #decide(choice) {
    this.props.app.uploads.decide(this.props.item.id, choice, this.state.isForAll);
  }

  /** @param {any} props @param {{isForAll: boolean, there: string}} local */
  render({ item, others }, { isForAll, there }) {
    const folder = parentOf(item.path);
    return html`
      <${Dialog} title="The name is taken" className="dialog-small" isAlert=${true}
        onClose=${() => this.#decide("skip")}>
        <p><strong>${lastName(item.path)}</strong> is already in ${folder === ""
          ? "Files"
          : folder}.</p>
        <dl class="facts">
          <div>
            <dt>There</dt>
            <dd>${there === "" ? "…" : there}</dd>
          </div>
          <div>
            <dt>Yours</dt>
            <dd>${formatBytes(item.sizeBytes)}</dd>
          </div>
        </dl>
        <label class="check"><input type="checkbox" checked=${isForAll}
          onChange=${() => this.setState({ isForAll: !isForAll })} />
          Do the same for all others${others > 0 ? ` (${others} wait)` : ""}</label>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick=${() => this.#decide("skip")}>Skip</button>
          <button type="button" class="button" onClick=${() =>
            this.#decide("overwrite")}>Overwrite</button>
          <button type="button" class="button button-main" autofocus
            onClick=${() => this.#decide("rename")}>Keep both</button>
        </div>
        </${Dialog}>
    `;
  }
}
