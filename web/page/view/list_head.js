// @ts-check
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** The list's head: a click sorts. @param {{app: import("../app.js").App, state: import("../types.js").State}} props */
export function ListHead({ app, state }) {
  const { sort, route } = state;
  const place = route.view === "trash" ? "Was in" : "Folder";
  return html`
    <div role="rowgroup" class="list-head">
      <div role="row" class="row row-head" aria-rowindex="1">
        <${HeadCell} app=${app} sort=${sort} name="name" label="Name" />
        ${route.view !== "files" && html`
          <div role="columnheader" class="cell cell-place">${place}</div>
        `}
        <${HeadCell} app=${app} sort=${sort} name="size" label="Size" />
        <${HeadCell} app=${app} sort=${sort} name="time"
          label=${route.view === "trash" ? "Deleted" : "Modified"} />
        <div role="columnheader" class="cell cell-actions"><span class="sr-only">Actions</span></div>
      </div>
    </div>
  `;
}

/** @param {{app: any, sort: import("../types.js").Sort, name: import("../types.js").SortKey, label: string}} props */
function HeadCell({ app, sort, name, label }) {
  const isSorted = sort.key === name;
  const direction = sort.isDescending ? "descending" : "ascending";
  return html`
    <div role="columnheader" class=${`cell cell-${name}`} aria-sort=${isSorted
      ? direction
      : "none"}>
      <button type="button" class="sort" onClick=${() => app.browser.sortBy(name)}>
        ${label}${isSorted && html`<${Icon} name=${sort.isDescending ? "down" : "up"} />`}
      </button>
    </div>
  `;
}
