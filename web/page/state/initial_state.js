// @ts-check
import { ROOT_ROUTE } from "./route.js";
import { NO_SELECTION } from "./selection.js";

/** @typedef {import("../types.js").State} State */

/**
 * @param {{route?: import("../types.js").Route, isWide?: boolean}} [page] `isWide`: there is room for
 *   the activity beside the list.
 * @returns {State} What the page shows before anything has answered.
 */
export function initialState({ route = ROOT_ROUTE, isWide = false } = {}) {
  return {
    session: { role: "admin", isSignedIn: false, isAsked: false },
    route,
    listing: { route, rows: [], status: "loading", problem: "", isCut: false },
    sort: { key: "name", isDescending: false },
    filter: "",
    selection: NO_SELECTION,
    renaming: null,
    live: { isLinked: null, server: null, snapshot: null, rates: [] },
    history: { records: [], hasMore: false, problem: "" },
    uploads: [],
    isDockOpen: true,
    isActivityOpen: isWide,
    dialog: null,
    menu: null,
    toasts: [],
    announcement: "",
  };
}
