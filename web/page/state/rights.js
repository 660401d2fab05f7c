// @ts-check

/** @typedef {import("../types.js").Session} Session */

/** Whether files may be changed. @param {Session} session @returns {boolean} */
export function mayWrite({ role }) {
  return role !== "reader";
}

/** Whether something may be deleted for good. @param {Session} session @returns {boolean} */
export function mayDeleteForGood({ role }) {
  return role === "admin";
}

/**
 * Whether what is shown may be deleted: from a folder into the trash, from the trash for good.
 *
 * @param {Session} session
 * @param {import("../types.js").Route} route
 * @returns {boolean}
 */
export function mayDelete(session, route) {
  return route.view === "trash" ? mayDeleteForGood(session) : mayWrite(session);
}
