// @ts-check
import { html } from "./html.js";
import { Icon } from "./icon.js";

/**
 * What the list says when it has nothing to show, or not everything.
 *
 * @param {{app: import("../app.js").App, state: import("../types.js").State, count: number}} props
 */
export function EmptyNote({ app, state, count }) {
  const { listing, filter, route } = state;
  if (listing.status === "failed") {
    return html`
      <div class="note note-problem" role="alert">
        <${Icon} name="warn" />
        <p>${listing.problem}</p>
        <button type="button" class="button" onClick=${() =>
          app.browser.refreshNow()}>Try again</button>
      </div>
    `;
  }
  if (count > 0) {
    return listing.isCut && html`<p class="note-line">There is more than is shown here.</p>`;
  }
  if (listing.status === "loading") return html`<p class="note-line">Loading…</p>`;
  if (filter !== "") {
    return html`<${Quiet} icon="search" text=${`Nothing here matches “${filter}”`} />`;
  }
  if (route.view === "search") return html`<${Quiet} icon="search" text="Nothing found" />`;
  if (route.view === "trash") return html`<${Quiet} icon="trash" text="The trash is empty" />`;
  return html`<${Quiet} icon="upload" text="Drop files or folders here" />`;
}

/** @param {{icon: import("./icon.js").IconName, text: string}} props */
function Quiet({ icon, text }) {
  return html`
    <div class="note">
      <${Icon} name=${icon} />
      <p>${text}</p>
    </div>
  `;
}
