// @ts-check
import { logOut } from "../actions/session.js";
import { mayWrite } from "../state/rights.js";
import { folderRoute, searchRoute, TRASH_ROUTE } from "../state/route.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { IconButton } from "./icon_button.js";
import { StatusChip } from "./status_chip.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../types.js").State} State */

/** @param {{app: App, state: State}} props */
export function TopBar({ app, state }) {
  const { route, live, isActivityOpen, session } = state;
  const isTrash = route.view === "trash";
  return html`
    <header class="top">
      <h1 class="brand-head"><a class="brand" href="#/" aria-label="Sluice: all files">
        <img src="/page/icon.svg" alt="" width="26" height="26" /><span>Sluice</span>
      </a></h1>
      <${FilterField} app=${app} state=${state} />
      <${StatusChip} live=${live} isOpen=${isActivityOpen}
        onClick=${() => app.store.set({ isActivityOpen: !isActivityOpen })} />
      <nav class="top-nav" aria-label="Places">
        ${mayWrite(session) && html`
          <${IconButton} icon="trash" label=${isTrash ? "Back to the files" : "Trash"}
            isPressed=${isTrash}
            onClick=${() => app.browser.go(isTrash ? folderRoute("") : TRASH_ROUTE)} />
        `}
        <${IconButton} icon="help" label="Keyboard shortcuts"
          onClick=${() => app.store.set({ dialog: { kind: "shortcuts" } })} />
        ${session.isSignedIn && html`
          <${IconButton} icon="leave" label=${`Log out (${session.role})`}
            onClick=${() => logOut(app)} />
        `}
      </nav>
    </header>
  `;
}

/** Filters while people type; Enter looks below this folder, too. @param {{app: App, state: State}} props */
function FilterField({ app, state }) {
  const { route, filter } = state;
  const isSearch = route.view === "search";
  const leave = () => {
    if (isSearch) app.browser.go(folderRoute(route.path));
    else app.browser.setFilter("");
    document.getElementById("list")?.focus();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.currentTarget);
    if (event.key === "Enter" && value.trim() !== "" && route.view !== "trash") {
      app.browser.go(searchRoute(route.path, value.trim()));
      document.getElementById("list")?.focus();
    } else if (event.key === "Escape") {
      leave();
    } else if (event.key === "ArrowDown") {
      document.getElementById("list")?.focus();
    } else return;
    event.preventDefault();
  };
  const label = route.view === "trash"
    ? "Filter the trash"
    : "Filter this folder; Enter searches below it";
  return html`
    <div class="filter" role="search">
      <${Icon} name="search" />
      <input id="filter" type="text" inputmode="search" autocomplete="off" spellcheck=${false} placeholder="Filter, Enter to search"
        aria-label=${label} title=${label} aria-controls="list" value=${filter !== ""
          ? filter
          : route.pattern}
        onInput=${(/** @type {any} */ event) => app.browser.setFilter(event.currentTarget.value)}
        onKeyDown=${onKeyDown} />
      ${(filter !== "" || isSearch) && html`
        <${IconButton} icon="close" label="Clear" onClick=${leave} />
      `}
      <kbd aria-hidden="true">/</kbd>
    </div>
  `;
}
