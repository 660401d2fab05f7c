// @ts-check
import { Component, createRef } from "/lib/preact.js";
import { handleListKey } from "../actions/keyboard.js";
import { rowWindow, scrollToShow } from "../state/row_window.js";
import { EmptyNote } from "./empty_note.js";
import { FileRow } from "./file_row.js";
import { html } from "./html.js";
import { ListHead } from "./list_head.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../types.js").State} State */

/** As in styles/list.css. */
const WIDE_ROW = 42;
const NARROW_ROW = 58;
const HEAD_HEIGHT = 38;
const NARROW_PIXELS = 640;
const ROW_MENU_INSET = 48;

/**
 * The list of a folder, a search or the trash. Only the rows in view exist in the document.
 *
 * @extends {Component<{app: App, state: State}, {scrollTop: number, viewHeight: number,
 *   rowHeight: number}>}
 */
export class FileList extends Component {
  /** @override */
  state = { scrollTop: 0, viewHeight: 600, rowHeight: WIDE_ROW };
  #element = /** @type {{current: HTMLDivElement | null}} */ (createRef());
  #observer = /** @type {ResizeObserver | null} */ (null);

  /** @override */
  componentDidMount() {
    const element = this.#element.current;
    if (element === null) return;
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(element);
    this.#measure();
    // The arrow keys work at once, without a frame around everything.
    const options = { preventScroll: true, focusVisible: false };
    element.focus(options);
  }

  /** @override */
  componentWillUnmount() {
    this.#observer?.disconnect();
  }

  /** @param {{app: App, state: State}} before @override */
  componentDidUpdate(before) {
    const element = this.#element.current;
    const { route, selection } = this.props.state;
    if (element === null) return;
    if (before.state.route !== route) element.scrollTop = 0;
    const hasMoved = before.state.selection.active !== selection.active;
    if (hasMoved && selection.active !== null) this.#reveal(element, selection.active);
    const hasRenamed = before.state.renaming !== null && this.props.state.renaming === null;
    // The answer may come late: whoever went on elsewhere is left there.
    const isFocusLost = document.activeElement === document.body;
    if (hasRenamed && isFocusLost) element.focus({ preventScroll: true });
  }

  #measure() {
    const element = this.#element.current;
    if (element === null) return;
    const rowHeight = innerWidth < NARROW_PIXELS ? NARROW_ROW : WIDE_ROW;
    this.setState({ viewHeight: element.clientHeight, rowHeight });
  }

  /** @param {HTMLElement} element @param {string} key */
  #reveal(element, key) {
    const index = this.props.app.browser.rows.findIndex((row) => row.key === key);
    const { rowHeight, viewHeight } = this.state;
    const { scrollTop } = element;
    const list = { rowHeight, viewHeight, scrollTop, headHeight: HEAD_HEIGHT };
    element.scrollTop = scrollToShow(index, list);
  }

  /** The keyboard's way to a row's menu: where the row is, drawn or not. @param {Event} event */
  #openMenu(event) {
    const element = this.#element.current;
    if (element === null || event.target !== element) return;
    event.preventDefault();
    const { app, state } = this.props;
    const key = app.store.state.selection.active;
    const index = app.browser.rows.findIndex((row) => row.key === key);
    if (key === null || index < 0 || state.renaming !== null) return;
    const { left, top } = element.getBoundingClientRect();
    const y = top + HEAD_HEIGHT + (index + 1) * this.state.rowHeight - element.scrollTop;
    app.store.set({ menu: { key, x: left + ROW_MENU_INSET, y } });
  }

  /** @param {any} props @param {any} local */
  render({ app, state }, { scrollTop, viewHeight, rowHeight }) {
    const { rows } = app.browser;
    const { selection, route } = state;
    const { first, end } = rowWindow({ count: rows.length, rowHeight, scrollTop, viewHeight });
    const active = rows.findIndex((/** @type {any} */ row) => row.key === selection.active);
    const isInWindow = active >= first && active < end;
    const pageRows = Math.max(1, Math.floor((viewHeight - HEAD_HEIGHT) / rowHeight) - 1);
    return html`
      <div ref=${this
        .#element} id="list" class=${`list list-${route.view}`} role="grid" tabindex="0"
        aria-label=${labelOf(route)} aria-rowcount=${rows.length + 1} aria-multiselectable="true"
        aria-activedescendant=${isInWindow ? `row-${active}` : undefined}
        aria-busy=${state.listing.status === "loading"}
        onScroll=${(/** @type {any} */ event) =>
          this.setState({ scrollTop: event.currentTarget.scrollTop })}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) =>
          isMenuKey(event) ? this.#openMenu(event) : handleListKey(app, event, pageRows)}
        onContextMenu=${(/** @type {MouseEvent} */ event) => this.#openMenu(event)}>
        <${ListHead} app=${app} state=${state} />
        <div role="rowgroup" class="list-body" style=${{ height: `${rows.length * rowHeight}px` }}>
          ${rows.slice(first, end).map((/** @type {any} */ row, /** @type {number} */ offset) =>
            html`
              <${FileRow} key=${row.key} app=${app} row=${row} view=${route.view} index=${first +
                offset}
                top=${(first + offset) * rowHeight} isSelected=${selection.keys.has(row.key)}
                isActive=${selection.active === row.key} isRenaming=${state.renaming === row.key} />
            `
          )}
        </div>
        <${EmptyNote} app=${app} state=${state} count=${rows.length} />
      </div>
    `;
  }
}

/** @param {KeyboardEvent} event @returns {boolean} */
function isMenuKey({ key, shiftKey }) {
  return key === "ContextMenu" || (key === "F10" && shiftKey);
}

/** @param {import("../types.js").Route} route @returns {string} */
function labelOf({ view, path, pattern }) {
  if (view === "trash") return "Trash";
  if (view === "search") return `Found for ${pattern}`;
  return path === "" ? "All files" : `Files in ${path}`;
}
