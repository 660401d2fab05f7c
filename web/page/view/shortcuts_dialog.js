// @ts-check
import { Dialog } from "./dialog.js";
import { html } from "./html.js";

/** As in docs/web.md §7. @type {readonly (readonly [string, string])[]} */
const SHORTCUTS = [
  ["/", "Filter; type a letter on the list for the same"],
  ["↑ ↓ PgUp PgDn Home End", "Move; with Shift select, with Ctrl only move"],
  ["Space", "Select or not"],
  ["Ctrl A", "Select all"],
  ["Enter", "Open the folder, show the file; in the filter: search below"],
  ["Ctrl Enter", "Download; folders and selections as zip"],
  ["Backspace", "One folder up, or out of a search"],
  ["F2", "Rename"],
  ["Delete", "Delete"],
  ["Shift F10", "Menu of the row"],
  ["← →", "In a preview: previous, next file"],
  ["Escape", "Close, clear, leave a search"],
  ["?", "This list"],
];

/** @param {{app: import("../app.js").App}} props */
export function ShortcutsDialog({ app }) {
  return html`
    <${Dialog} title="Keyboard shortcuts" className="dialog-small" onClose=${() =>
      app.store.set({ dialog: null })}>
      <dl class="shortcuts">
        ${SHORTCUTS.map(([keys, what]) =>
          html`
            <div key=${keys}>
              <dt><kbd>${keys}</kbd></dt>
              <dd>${what}</dd>
            </div>
          `
        )}
      </dl>
      </${Dialog}>
  `;
}
