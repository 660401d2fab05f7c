// @ts-check
/** What the part of the address behind `#` says: `#/docs/a%20b`, `#/docs?search=*.txt`, `#trash`. */

import { encodePath, parentOf } from "./remote_path.js";

/** @typedef {import("../types.js").Route} Route */

/** @type {Route} */
export const ROOT_ROUTE = { view: "files", path: "", pattern: "" };

/** @type {Route} */
export const TRASH_ROUTE = { view: "trash", path: "", pattern: "" };

/** @param {string} path @returns {Route} */
export function folderRoute(path) {
  return { view: "files", path, pattern: "" };
}

/** @param {string} path @param {string} pattern @returns {Route} */
export function searchRoute(path, pattern) {
  return { view: "search", path, pattern };
}

/**
 * Reads an address. Anybody may have written it: what makes no sense is root.
 *
 * @param {string} hash With or without its `#`.
 * @returns {Route}
 */
export function parseRoute(hash) {
  const text = hash.replace(/^#/, "");
  if (text === "trash") return TRASH_ROUTE;
  if (!text.startsWith("/")) return ROOT_ROUTE;
  const [place = "", query = ""] = text.split("?", 2);
  const names = place.split("/").filter((name) => name !== "").map(decodeName);
  if (names.includes(null)) return ROOT_ROUTE;
  const path = names.join("/");
  const pattern = new URLSearchParams(query).get("search") ?? "";
  return pattern === "" ? folderRoute(path) : searchRoute(path, pattern);
}

/** @param {Route} route @returns {string} With its `#`. */
export function routeHash(route) {
  if (route.view === "trash") return "#trash";
  const query = route.view === "search" ? `?${new URLSearchParams({ search: route.pattern })}` : "";
  return `#/${route.path === "" ? "" : encodePath(route.path)}${query}`;
}

/** @param {Route} route @returns {Route | null} Where Backspace leads: out of a search, or one folder up. */
export function routeAbove(route) {
  if (route.view === "search") return folderRoute(route.path);
  return route.view === "files" && route.path !== "" ? folderRoute(parentOf(route.path)) : null;
}

/** @param {Route} one @param {Route} other @returns {boolean} */
export function isSameRoute(one, other) {
  return one.view === other.view && one.path === other.path && one.pattern === other.pattern;
}

/** @param {string} name @returns {string | null} */
function decodeName(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    // A lone "%": not an address that this page wrote.
    return null;
  }
}
