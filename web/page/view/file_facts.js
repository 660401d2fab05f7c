// @ts-check
import { Component, createRef } from "/lib/preact.js";
import { messageOf } from "../api/api_error.js";
import { call } from "../api/call.js";
import { formatBytes, formatFullTime } from "../state/format.js";
import { html } from "./html.js";

/** A digest is computed by the server, which may have to read all of a large file. */
const CHECKSUM_DEADLINE_MS = 600_000;

/**
 * What the server knows of a file.
 *
 * @extends {Component<{row: import("../types.js").Row}, {digests: readonly string[], status: string}>}
 */
export class FileFacts extends Component {
  /** @override */
  state = { digests: [], status: "" };
  #element = /** @type {{current: HTMLDListElement | null}} */ (createRef());
  #asking = new AbortController();

  /** @override */
  async componentDidMount() {
    const { row } = this.props;
    const query = new URLSearchParams({ path: row.path });
    try {
      const { digests } = await call("GET", `/api/stat?${query}`, { signal: this.#asking.signal });
      this.setState({ digests });
    } catch (error) {
      this.#tell(error);
    }
  }

  /** @override */
  componentWillUnmount() {
    this.#asking.abort();
  }

  async #compute() {
    // The button goes away, and the focus must not go with it.
    this.#element.current?.closest("dialog")?.focus();
    this.setState({ status: "Computing…" });
    const query = new URLSearchParams({ path: this.props.row.path, algorithm: "sha256" });
    try {
      const { digest } = await call("GET", `/api/checksum?${query}`, {
        signal: this.#asking.signal,
        deadlineMs: CHECKSUM_DEADLINE_MS,
      });
      const { digests } = this.state;
      this.setState({ digests: [...new Set([...digests, digest])], status: "" });
    } catch (error) {
      this.#tell(error);
    }
  }

  /** @param {unknown} error */
  #tell(error) {
    if (!this.#asking.signal.aborted) this.setState({ status: messageOf(error) });
  }

  /** @param {any} props @param {{digests: readonly string[], status: string}} local */
  render({ row }, { digests, status }) {
    const hasSha256 = digests.some((digest) => digest.startsWith("sha256:"));
    return html`
      <dl ref=${this.#element} class="facts">
        <div><dt>Path</dt><dd>${row.path}</dd></div>
        <div><dt>Size</dt><dd>${formatBytes(row.sizeBytes)} (${row.sizeBytes.toLocaleString(
          "en",
        )} bytes)</dd></div>
        <div><dt>Modified</dt><dd>${formatFullTime(row.timeMs)}</dd></div>
        ${digests.map((digest) =>
          html`
            <div key=${digest}>
              <dt>${digest.split(":")[0]}</dt>
              <dd class="digest">${digest.split(":")[1]}</dd>
            </div>
          `
        )}
        ${!hasSha256 && row.kind === "file" && html`
          <div>
            <dt>sha256</dt>
            <dd>${status === "Computing…" ? status : html`
              <button type="button" class="link-button" onClick=${() =>
                this.#compute()}>Compute</button>
            `}</dd>
          </div>
        `}
        ${status !== "" && status !== "Computing…" && html`
          <div>
            <dt>Problem</dt>
            <dd>${status}</dd>
          </div>
        `}
      </dl>
    `;
  }
}
