// @ts-check

/** @typedef {import("../types.js").Live} Live */

/**
 * Says in words whether the file server can be reached.
 *
 * @param {Live} live
 * @returns {{level: "online" | "offline" | "unknown", word: string, reason: string}}
 */
export function connectionState({ isLinked, server }) {
  if (isLinked === false) {
    return { level: "offline", word: "Offline", reason: "The web interface does not answer" };
  }
  if (isLinked === null || server === null) {
    return { level: "unknown", word: "Connecting", reason: "" };
  }
  if (server.isOnline) return { level: "online", word: "Online", reason: "" };
  const reason = server.reason?.message ?? `The server at ${server.server} does not answer`;
  return { level: "offline", word: "Offline", reason };
}
