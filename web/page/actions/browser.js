// @ts-check
/** Shows folders, searches and the trash, and keeps them up to date. */

import { messageOf } from "../api/api_error.js";
import { readFolder, readTrash } from "../api/read_pages.js";
import { searchFiles } from "../api/search_files.js";
import { formatCount } from "../state/format.js";
import { isSameRoute, parseRoute, routeHash } from "../state/route.js";
import { keepPresent, NO_SELECTION } from "../state/selection.js";
import { rememberArrangement } from "../state/visible_rows.js";

/** @typedef {import("../types.js").Route} Route */
/** @typedef {import("../types.js").Row} Row */

/** A folder is listed anew at most once a second, and a large one takes at most a fifth of the time. */
const REFRESH_MS = 1000;
const REFRESH_SHARE = 4;

/** The list's side of the page. */
export class Browser {
  #store;
  #arrange = rememberArrangement();
  #reading = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #nextRefreshAtMs = 0;
  #isReading = false;
  #isStale = false;
  /** @type {string | null} A name to stand on once it appears. */
  #awaited = null;

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** Follows the address from now on. */
  start() {
    addEventListener("hashchange", () => this.#show(parseRoute(location.hash)));
    this.#show(this.#store.state.route);
  }

  /** @returns {readonly Row[]} The rows as they are shown. */
  get rows() {
    const { listing, filter, sort } = this.#store.state;
    return this.#arrange(listing.rows, filter, sort);
  }

  /** @returns {readonly Row[]} */
  get selectedRows() {
    const { keys } = this.#store.state.selection;
    return keys.size === 0 ? [] : this.rows.filter((row) => keys.has(row.key));
  }

  /** @param {Route} route */
  go(route) {
    if (isSameRoute(route, this.#store.state.route)) this.refreshNow();
    else location.hash = routeHash(route);
  }

  /** @param {string} filter */
  setFilter(filter) {
    this.#rearrange({ filter });
    this.#store.set({ announcement: formatCount(this.rows.length, "item") });
  }

  /** @param {import("../types.js").SortKey} key The same again turns the order round. */
  sortBy(key) {
    const { sort } = this.#store.state;
    const isDescending = sort.key === key ? !sort.isDescending : key !== "name";
    this.#store.set({ sort: { key, isDescending } });
  }

  /** Stands on a name as soon as it is there. @param {string} name */
  standOn(name) {
    this.#awaited = name;
    this.refreshNow();
  }

  /** Something changed on the server. */
  refreshSoon() {
    this.#isStale = true;
    if (this.#store.state.route.view === "search" || this.#isReading) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.refreshNow(),
      Math.max(0, this.#nextRefreshAtMs - performance.now()),
    );
  }

  refreshNow() {
    this.#read(this.#store.state.route, true);
  }

  /** @param {Route} route */
  #show(route) {
    const { state } = this.#store;
    // Coming up from a folder, the keyboard stands on that folder.
    const isUp = state.route.view === "files" && route.view === "files" && route.path !==
        state.route.path &&
      (route.path === "" || state.route.path.startsWith(`${route.path}/`));
    const rest = isUp ? state.route.path.slice(route.path === "" ? 0 : route.path.length + 1) : "";
    this.#awaited = isUp ? rest.split("/")[0] ?? null : null;
    this.#store.set({
      route,
      listing: { route, rows: [], status: "loading", problem: "", isCut: false },
      filter: "",
      selection: NO_SELECTION,
      renaming: null,
      menu: null,
      dialog: null,
    });
    this.#read(route, false);
  }

  /** @param {Route} route @param {boolean} isRefresh A refresh shows nothing before it is whole. */
  async #read(route, isRefresh) {
    clearTimeout(this.#timer);
    this.#reading.abort();
    const reading = this.#reading = new AbortController();
    const startedAtMs = performance.now();
    const isFirst = !isRefresh || this.#store.state.listing.status !== "ready";
    this.#isReading = true;
    this.#isStale = false;
    try {
      const onSome = (/** @type {readonly Row[]} */ rows) => {
        if (isFirst && !reading.signal.aborted) this.#put({ rows });
      };
      const { rows, isCut } = await readRows(route, reading.signal, onSome);
      if (reading.signal.aborted) return;
      this.#put({ rows, status: "ready", problem: "", isCut });
      if (isFirst) this.#store.set({ announcement: formatCount(rows.length, "item") });
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#put({ status: "failed", problem: messageOf(error) });
    }
    const tookMs = performance.now() - startedAtMs;
    this.#nextRefreshAtMs = performance.now() + Math.max(REFRESH_MS, tookMs * REFRESH_SHARE);
    this.#isReading = false;
    if (this.#isStale) this.refreshSoon();
  }

  /** @param {Partial<import("../types.js").Listing>} change */
  #put(change) {
    this.#rearrange({ listing: { ...this.#store.state.listing, ...change } });
    const awaited = this.rows.find((row) => row.name === this.#awaited);
    if (awaited === undefined) return;
    this.#awaited = null;
    const selection = { keys: new Set([awaited.key]), anchor: awaited.key, active: awaited.key };
    this.#store.set({ selection });
  }

  /** Changes which rows are shown, and the selection with them. */
  #rearrange(/** @type {Partial<import("../types.js").State>} */ change) {
    const before = this.rows;
    this.#store.set(change);
    const after = this.rows;
    const { selection } = this.#store.state;
    if (before === after || (selection.active === null && selection.keys.size === 0)) return;
    const keys = (/** @type {readonly Row[]} */ rows) => rows.map((row) => row.key);
    this.#store.set({ selection: keepPresent(selection, keys(before), keys(after)) });
  }
}

/**
 * @param {Route} route
 * @param {AbortSignal} signal
 * @param {(rows: readonly Row[]) => void} onSome
 * @returns {Promise<{rows: readonly Row[], isCut: boolean}>}
 */
function readRows(route, signal, onSome) {
  switch (route.view) {
    case "trash":
      return readTrash(signal, onSome);
    case "search":
      return searchFiles(route, signal, onSome);
    default:
      return readFolder(route.path, signal, onSome);
  }
}
