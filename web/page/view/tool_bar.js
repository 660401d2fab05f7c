// @ts-check
import { askToDelete } from "../actions/keyboard.js";
import { takeChosen } from "../actions/drop_files.js";
import { downloadRows, restoreIds } from "../actions/manage.js";
import { formatBytes, formatCount } from "../state/format.js";
import { crumbsOf } from "../state/remote_path.js";
import { folderRoute, routeHash } from "../state/route.js";
import { mayDelete, mayDeleteForGood, mayWrite } from "../state/rights.js";
import { clearSelection } from "../state/selection.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { IconButton } from "./icon_button.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../types.js").State} State */

/** Where we are, and what can be done here. @param {{app: App, state: State}} props */
export function ToolBar({ app, state }) {
  const selected = app.browser.selectedRows;
  return html`
    <div class="tools">
      <${Breadcrumbs} route=${state.route} />
      ${selected.length > 0
        ? html`<${SelectionTools} app=${app} state=${state} selected=${selected} />`
        : html`<${PlaceTools} app=${app} state=${state} />`}
    </div>
  `;
}

/** @param {{route: import("../types.js").Route}} props */
function Breadcrumbs({ route }) {
  if (route.view === "trash") {
    return html`
      <nav class="crumbs" aria-label="Folder">
        <h2 class="crumb-here">Trash</h2>
      </nav>
    `;
  }
  const crumbs = [{ name: "Files", path: "" }, ...crumbsOf(route.path)];
  const isSearch = route.view === "search";
  return html`
    <nav class="crumbs" aria-label="Folder">
      <ol>
        ${crumbs.map(({ name, path }, index) =>
          html`
            <li key=${path}>
              ${index === crumbs.length - 1 && !isSearch
                ? html`<h2 class="crumb-here" aria-current="page">${name}</h2>`
                : html`<a href=${routeHash(folderRoute(path))}>${name}</a>`}
            </li>
          `
        )}
        ${isSearch && html`
          <li>
            <h2 class="crumb-here">“${route.pattern}”</h2>
          </li>
        `}
      </ol>
    </nav>
  `;
}

/** @param {{app: App, state: State}} props */
function PlaceTools({ app, state }) {
  const { route, listing, session } = state;
  const canChange = route.view === "trash" ? mayDeleteForGood(session) : mayWrite(session);
  if (!canChange) return html`<div class="tool-group"></div>`;
  if (route.view === "trash") {
    return html`
      <div class="tool-group">
        <button type="button" class="button" disabled=${listing.rows.length === 0}
          onClick=${() => askToDelete(app, listing.rows)}>
          <${Icon} name="trash" /><span>Empty trash</span>
        </button>
      </div>
    `;
  }
  if (route.view === "search") return html`<div class="tool-group"></div>`;
  return html`
    <div class="tool-group">
      <button type="button" class="button" onClick=${() =>
        app.store.set({ dialog: { kind: "newFolder" } })}>
        <${Icon} name="newFolder" /><span>New folder</span>
      </button>
      <${ChooseButton} app=${app} folder=${route.path} isFolder=${true} />
      <${ChooseButton} app=${app} folder=${route.path} isFolder=${false} />
    </div>
  `;
}

/** A button over a file field, so that the keyboard and screen readers meet a plain button. */
/** @param {{app: App, folder: string, isFolder: boolean}} props */
function ChooseButton({ app, folder, isFolder }) {
  const id = isFolder ? "choose-folder" : "choose-files";
  const open = () => document.getElementById(id)?.click();
  const take = (/** @type {any} */ event) => {
    const field = event.currentTarget;
    takeChosen(app, field.files, folder).then(() => field.value = "");
  };
  return html`
    <button type="button" class=${isFolder ? "button" : "button button-main"} onClick=${open}>
      <${Icon} name=${isFolder ? "folderUp" : "upload"} />
      <span>${isFolder ? "Upload folder" : "Upload files"}</span>
    </button>
    <input id=${id} type="file" multiple webkitdirectory=${isFolder} hidden
      onChange=${take} />
  `;
}

/** @param {{app: App, state: State, selected: readonly import("../types.js").Row[]}} props */
function SelectionTools({ app, state, selected }) {
  const [first] = selected;
  const isTrash = state.route.view === "trash";
  const bytes = selected.reduce((sum, row) => sum + (row.kind === "file" ? row.sizeBytes : 0), 0);
  const isZip = selected.length > 1 || first?.kind === "folder";
  const canZip = state.route.view === "files" || selected.length === 1;
  return html`
    <div class="tool-group" role="toolbar" aria-label="Selection">
      <span class="selected-note">
        ${formatCount(selected.length, "selected", "selected")}${bytes > 0
          ? ` · ${formatBytes(bytes)}`
          : ""}
      </span>
      ${isTrash && html`
        <button type="button" class="button button-main"
          onClick=${() => restoreIds(app, selected.map((row) => row.key))}>
          <${Icon} name="restore" /><span>Restore</span>
        </button>
      `}
      ${!isTrash && canZip && html`
        <button type="button" class="button button-main" onClick=${() =>
          downloadRows(app, selected)}>
          <${Icon} name="download" /><span>${isZip ? "Download zip" : "Download"}</span>
        </button>
      `}
      ${!isTrash && selected.length === 1 && mayWrite(state.session) && html`
        <button type="button" class="button"
          onClick=${() => app.store.set({ renaming: first?.key ?? null })}>
          <${Icon} name="rename" /><span>Rename</span>
        </button>
      `}
      ${mayDelete(state.session, state.route) && html`
        <button type="button" class="button" onClick=${() => askToDelete(app, selected)}>
          <${Icon} name="trash" /><span>${isTrash ? "Delete for good" : "Delete"}</span>
        </button>
      `}
      <${IconButton} icon="close" label="Select nothing" onClick=${() => {
        app.store.set({ selection: clearSelection(state.selection) });
        document.getElementById("list")?.focus();
      }} />
    </div>
  `;
}
