// @ts-check
import { Component, createRef } from "/lib/preact.js";
import { askToDelete, chosenRows, openRow } from "../actions/keyboard.js";
import { copyLink, downloadRows, restoreIds } from "../actions/manage.js";
import { mayDelete, mayWrite } from "../state/rights.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../types.js").Row} Row */
/** @typedef {{icon: import("./icon.js").IconName, label: string, act: () => void}} Choice */

const EDGE_PIXELS = 8;

/**
 * The menu of a row: at the pointer, or at the row when the keyboard asks for it.
 *
 * @extends {Component<{app: App, menu: {key: string, x: number, y: number}}, {}>}
 */
export class RowMenu extends Component {
  #element = /** @type {{current: HTMLDivElement | null}} */ (createRef());
  #close = () => this.props.app.store.set({ menu: null });

  /** @override */
  componentDidMount() {
    const element = this.#element.current;
    if (element === null) return;
    const { x, y } = this.props.menu;
    const left = Math.min(x, innerWidth - element.offsetWidth - EDGE_PIXELS);
    const top = Math.min(y, innerHeight - element.offsetHeight - EDGE_PIXELS);
    element.style.left = `${Math.max(EDGE_PIXELS, left)}px`;
    element.style.top = `${Math.max(EDGE_PIXELS, top)}px`;
    this.#items()[0]?.focus();
  }

  /** @returns {HTMLElement[]} */
  #items() {
    return [...this.#element.current?.querySelectorAll("button") ?? []];
  }

  /** @param {KeyboardEvent} event */
  #onKeyDown(event) {
    const items = this.#items();
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const last = items.length - 1;
    const next = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    event.stopPropagation();
    if (next !== undefined) items[next]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") this.#leave();
    else return;
    event.preventDefault();
  }

  #leave() {
    this.#close();
    document.getElementById("list")?.focus();
  }

  /** @param {any} props */
  render({ app, menu }) {
    const row = app.browser.rows.find((/** @type {Row} */ one) => one.key === menu.key);
    if (row === undefined) return null;
    return html`
      <div class="menu-back" onClick=${() => this.#leave()} onContextMenu=${(
        /** @type {Event} */ event,
      ) => {
        event.preventDefault();
        this.#leave();
      }}></div>
      <div ref=${this.#element} class="menu" role="menu" aria-label=${`For ${row.name}`}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => this.#onKeyDown(event)}>
        ${choicesFor(app, row).map(({ icon, label, act }) =>
          html`
            <button key=${label} type="button" role="menuitem" tabindex="-1"
              onClick=${() => {
                this.#leave();
                act();
              }}><${Icon} name=${icon} />${label}</button>
          `
        )}
      </div>
    `;
  }
}

/** @param {App} app @param {Row} row @returns {Choice[]} */
function choicesFor(app, row) {
  const rows = chosenRows(app, row);
  const { session, route } = app.store.state;
  /** @type {Choice[]} */
  const remove = mayDelete(session, route)
    ? [{ icon: "trash", label: "Delete…", act: () => askToDelete(app, rows) }]
    : [];
  if (route.view === "trash") {
    const ids = rows.map((one) => one.key);
    return [{ icon: "restore", label: "Restore", act: () => restoreIds(app, ids) }, ...remove];
  }
  /** @type {Choice[]} */
  const rename = mayWrite(session)
    ? [{ icon: "rename", label: "Rename", act: () => app.store.set({ renaming: row.key }) }]
    : [];
  const isZip = rows.length > 1 || row.kind === "folder";
  /** @type {Choice[]} */
  const choices = [
    {
      icon: "download",
      label: isZip ? "Download zip" : "Download",
      act: () => downloadRows(app, rows),
    },
  ];
  if (rows.length > 1) return [...choices, ...remove];
  return [
    {
      icon: row.kind === "folder" ? "folder" : "file",
      label: "Open",
      act: () => openRow(app, row),
    },
    ...choices,
    ...rename,
    { icon: "copy", label: "Copy link", act: () => copyLink(app, row) },
    ...remove,
  ];
}
