// @ts-check
import { deleteRows, emptyTrash } from "../actions/manage.js";
import { formatCount } from "../state/format.js";
import { Dialog } from "./dialog.js";
import { html } from "./html.js";

const MOST_NAMED = 5;

/** @param {{app: import("../app.js").App, rows: readonly import("../types.js").Row[], isPermanent: boolean}} props */
export function DeleteDialog({ app, rows, isPermanent }) {
  const close = () => app.store.set({ dialog: null });
  const isAll = isPermanent && rows.length === app.store.state.listing.rows.length;
  const what = rows.length === 1 ? `“${rows[0]?.name}”` : formatCount(rows.length, "item");
  const act = () => {
    close();
    if (isPermanent) emptyTrash(app, isAll ? null : rows.map((row) => row.key));
    else deleteRows(app, rows);
  };
  const more = rows.length - MOST_NAMED;
  return html`
    <${Dialog} title=${isPermanent ? `Delete ${what} for good?` : `Delete ${what}?`} isAlert=${true}
      className="dialog-small" onClose=${close}>
      ${rows.length > 1 && html`
        <ul class="named">
          ${rows.slice(0, MOST_NAMED).map((row) => html`<li key=${row.key}>${row.name}</li>`)}
          ${more > 0 && html`<li class="quiet">and ${more.toLocaleString("en")} more</li>`}
        </ul>
      `}
      <p>${isPermanent
        ? "This cannot be undone."
        : "It goes to the trash, from where it can be restored."}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick=${close}>Keep</button>
        <button type="button" class="button button-danger" autofocus onClick=${act}>
          ${isPermanent ? "Delete for good" : "Delete"}
        </button>
      </div>
    </${Dialog}>
  `;
}
