// @ts-check
import { Component } from "/lib/preact.js";
import { chosenRows, openRow } from "../actions/keyboard.js";
import { downloadRows, restoreIds } from "../actions/manage.js";
import { formatBytes, formatFullTime, formatTime } from "../state/format.js";
import { fileAddress, parentOf } from "../state/remote_path.js";
import { folderRoute, routeHash } from "../state/route.js";
import { clickRow, toggleRow } from "../state/selection.js";
import { previewKind } from "../state/preview_kind.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { IconButton } from "./icon_button.js";
import { RenameField } from "./rename_field.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../types.js").Row} Row */

/**
 * One line of the list. It is drawn again only when something in it changed: a quick scroll moves many.
 *
 * @extends {Component<{app: App, row: Row, view: string, index: number, top: number,
 *   isSelected: boolean, isActive: boolean, isRenaming: boolean}, {}>}
 */
export class FileRow extends Component {
  /** @param {any} next @override */
  shouldComponentUpdate(next) {
    const { row, view, index, isSelected, isActive, isRenaming, top } = this.props;
    return row !== next.row || view !== next.view || index !== next.index || top !== next.top ||
      isSelected !== next.isSelected || isActive !== next.isActive ||
      isRenaming !== next.isRenaming;
  }

  /** @param {any} props */
  render({ app, row, view, index, top, isSelected, isActive, isRenaming }) {
    const isFolder = row.kind === "folder";
    return html`
      <div role="row" id=${`row-${index}`} aria-rowindex=${index + 2} aria-selected=${isSelected}
        class=${`row${isActive ? " row-active" : ""}`} style=${{
          transform: `translateY(${top}px)`,
        }}
        data-drop-folder=${isFolder && view !== "trash" ? row.path : undefined}
        onClick=${(/** @type {MouseEvent} */ event) => select(app, row, event)}
        onDblClick=${() => !isRenaming && openRow(app, row)}
        onContextMenu=${(/** @type {MouseEvent} */ event) => openMenu(app, row, event)}>
        <div role="gridcell" class="cell cell-name">
          <span class=${`kind kind-${row.kind}`} title="Select" onClick=${(
            /** @type {MouseEvent} */ event,
          ) => toggle(app, row, event)}>
            <${Icon} name=${isSelected ? "check" : iconOf(row)} />
          </span>
          ${isRenaming
            ? html`<${RenameField} app=${app} row=${row} />`
            : html`<${NameLink} app=${app} row=${row} view=${view} />`}
          <span class="row-under">${underline(row)}</span>
        </div>
        ${view !== "files" && html`
          <div role="gridcell" class="cell cell-place">${parentOf(row.path) || "Files"}</div>
        `}
        <div role="gridcell" class="cell cell-size">${isFolder
          ? ""
          : formatBytes(row.sizeBytes)}</div>
        <div role="gridcell" class="cell cell-time" title=${formatFullTime(row.timeMs)}>
          ${formatTime(row.timeMs, Date.now())}
        </div>
        <div role="gridcell" class="cell cell-actions">
          <${RowActions} app=${app} row=${row} view=${view} />
        </div>
      </div>
    `;
  }
}

/** @param {{app: App, row: Row, view: string}} props */
function NameLink({ app, row, view }) {
  if (view === "trash") return html`<span class="name">${row.name}</span>`;
  const isFolder = row.kind === "folder";
  const open = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return event.preventDefault();
    event.stopPropagation();
    if (isFolder) return;
    event.preventDefault();
    app.store.set({ selection: clickRow(app.store.state.selection, [], row.key) });
    openRow(app, row);
  };
  const address = isFolder ? routeHash(folderRoute(row.path)) : fileAddress(row.path);
  return html`
    <a class="name" href=${address} tabindex="-1" draggable=${false} title=${row.name}
      onClick=${open}>${row.name}</a>
  `;
}

/** @param {{app: App, row: Row, view: string}} props */
function RowActions({ app, row, view }) {
  const isReal = row.kind === "file" || row.kind === "folder";
  const stop = (/** @type {Event} */ event) => event.stopPropagation();
  const fetchZip = () => downloadRows(app, [row]);
  const label = row.kind === "folder" ? `Download ${row.name} as zip` : `Download ${row.name}`;
  return html`
    <span class="row-actions" onClick=${stop} onDblClick=${stop}>
      ${view === "trash" && html`
        <${IconButton} icon="restore" label=${`Restore ${row.name}`} tabIndex=${-1}
          onClick=${() => restoreIds(app, [row.key])} />
      `}
      ${view !== "trash" && row.kind === "file" && html`
        <a class="icon-button" href=${fileAddress(row.path)} download="" tabindex="-1"
          aria-label=${label} title=${label}><${Icon} name="download" /></a>
      `}
      ${view !== "trash" && row.kind === "folder" && html`
        <${IconButton} icon="download" label=${label} tabIndex=${-1} onClick=${fetchZip} />
      `}
      ${view !== "trash" && isReal && html`
        <${IconButton} icon="more" label=${`More for ${row.name}`} tabIndex=${-1}
          onClick=${(/** @type {MouseEvent} */ event) => openMenu(app, row, event)} />
      `}
    </span>
  `;
}

/** @param {App} app @param {Row} row @param {MouseEvent} event */
function select(app, row, event) {
  const order = app.browser.rows.map((one) => one.key);
  const how = { isRange: event.shiftKey, isToggle: event.ctrlKey || event.metaKey };
  app.store.set({ selection: clickRow(app.store.state.selection, order, row.key, how) });
}

/** A tap on the picture adds to the selection, where there is no Ctrl. */
/** @param {App} app @param {Row} row @param {MouseEvent} event */
function toggle(app, row, event) {
  if (event.shiftKey) return;
  event.stopPropagation();
  app.store.set({ selection: toggleRow(app.store.state.selection, row.key) });
}

/** @param {App} app @param {Row} row @param {MouseEvent} event */
function openMenu(app, row, event) {
  event.preventDefault();
  if (chosenRows(app, row).length === 1) {
    app.store.set({ selection: clickRow(app.store.state.selection, [], row.key) });
  }
  app.store.set({ menu: { key: row.key, x: event.clientX, y: event.clientY } });
}

/** @param {Row} row @returns {string} Size and time under the name, for narrow screens. */
function underline(row) {
  const time = formatTime(row.timeMs, Date.now());
  return row.kind === "folder" ? time : `${formatBytes(row.sizeBytes)} · ${time}`;
}

/** @param {Row} row @returns {import("./icon.js").IconName} */
function iconOf(row) {
  if (row.kind === "folder") return "folder";
  if (row.kind !== "file") return "link";
  const kind = previewKind(row.name);
  return kind === "none" ? "file" : kind;
}
