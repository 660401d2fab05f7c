// @ts-check
import { copyLink } from "../actions/manage.js";
import { fileAddress } from "../state/remote_path.js";
import { clickRow } from "../state/selection.js";
import { Dialog } from "./dialog.js";
import { FileFacts } from "./file_facts.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { IconButton } from "./icon_button.js";
import { PreviewBody } from "./preview_body.js";

/** @typedef {import("../app.js").App} App */

/** A file: what is in it, and what is known of it. @param {{app: App, fileKey: string}} props */
export function PreviewDialog({ app, fileKey }) {
  const files = app.browser.rows.filter((row) => row.kind !== "folder");
  const at = files.findIndex((row) => row.key === fileKey);
  const row = files[at];
  if (row === undefined) return null;
  const close = () => app.store.set({ dialog: null });
  const step = (/** @type {number} */ delta) => {
    const next = files[at + delta];
    if (next === undefined) return;
    app.store.set({
      dialog: { kind: "preview", key: next.key },
      selection: clickRow(app.store.state.selection, [], next.key),
    });
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const isMedia = event.target instanceof HTMLMediaElement;
    if (isMedia || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  };
  return html`
    <${Dialog} title=${row.name} className="dialog-preview" onClose=${close} onKeyDown=${onKeyDown}>
      <div class="preview-stage">
        <${PreviewBody} key=${row.path} row=${row} />
      </div>
      <${FileFacts} key=${`facts ${row.path}`} row=${row} />
      <div class="dialog-buttons preview-buttons">
        <${IconButton} icon="left" label="Previous file" onClick=${() => step(-1)} />
        <span class="quiet">${at + 1} of ${files.length}</span>
        <${IconButton} icon="right" label="Next file" onClick=${() => step(1)} />
        <span class="spring"></span>
        <button type="button" class="button" onClick=${() => copyLink(app, row)}>
          <${Icon} name="copy" /><span>Copy link</span>
        </button>
        <a class="button button-main" href=${fileAddress(row.path)} download="" autofocus>
          <${Icon} name="download" /><span>Download</span>
        </a>
      </div>
      </${Dialog}>
  `;
}
