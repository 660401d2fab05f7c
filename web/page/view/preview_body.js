// @ts-check
import { Component, Fragment, h } from "/lib/preact.js";
import { messageOf, readApiError } from "../api/api_error.js";
import { formatBytes } from "../state/format.js";
import { previewKind } from "../state/preview_kind.js";
import { previewAddress } from "../state/remote_path.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

const TEXT_BYTES = 64 * 1024;

/**
 * The contents of a file as far as a browser can show them.
 *
 * @extends {Component<{row: import("../types.js").Row}, {text: string | null, problem: string}>}
 */
export class PreviewBody extends Component {
  /** @override */
  state = { text: null, problem: "" };
  #reading = new AbortController();

  /** @override */
  componentDidMount() {
    const { row } = this.props;
    if (row.kind === "file" && previewKind(row.name) === "text") this.#readText(row);
  }

  /** @override */
  componentWillUnmount() {
    this.#reading.abort();
  }

  /** @param {import("../types.js").Row} row */
  async #readText(row) {
    if (row.sizeBytes === 0) return this.setState({ text: "" });
    try {
      const response = await fetch(previewAddress(row.path), {
        headers: { Range: `bytes=0-${TEXT_BYTES - 1}` },
        signal: this.#reading.signal,
      });
      const text = await response.text();
      if (!response.ok) throw readApiError(response.status, text);
      this.setState({ text });
    } catch (error) {
      if (!this.#reading.signal.aborted) this.setState({ problem: messageOf(error) });
    }
  }

  /** @param {any} props @param {any} local */
  render({ row }, { text, problem }) {
    const address = previewAddress(row.path);
    const fail = () => this.setState({ problem: "The browser cannot show this file" });
    if (problem !== "") return html`<${NoPreview} text=${problem} />`;
    switch (row.kind === "file" ? previewKind(row.name) : "none") {
      case "image":
        return html`<img class="preview-image" src=${address} alt=${row.name} onError=${fail} />`;
      case "audio":
        return html`
          <audio class="preview-audio" src=${address} controls aria-label=${row.name}
            onError=${fail}></audio>
        `;
      case "video":
        return html`
          <video class="preview-video" src=${address} controls aria-label=${row.name}
            onError=${fail}></video>
        `;
      case "text":
        return html`
          <pre class="preview-text" tabindex="0" role="region" aria-label=${`Text of ${row.name}`}>${rawText(
            text ?? "Loading…",
          )}</pre>
          ${row.sizeBytes > TEXT_BYTES &&
            html`<p class="quiet">The first ${formatBytes(TEXT_BYTES)}</p>`}
        `;
      default:
        return html`<${NoPreview} text="There is no preview for this kind of file" />`;
    }
  }
}

/** What is in a file is shown as it is, lines and all. @param {string} text @returns {any} */
function rawText(text) {
  return h(Fragment, null, text);
}

/** @param {{text: string}} props */
function NoPreview({ text }) {
  return html`
    <div class="note">
      <${Icon} name="file" />
      <p>${text}</p>
    </div>
  `;
}
