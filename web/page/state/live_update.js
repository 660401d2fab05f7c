// @ts-check

/** @typedef {import("../types.js").Live} Live */

/** Snapshots come each second: the sparkline shows a minute. */
export const RATE_SLOTS = 60;

/**
 * Takes in one message of the live stream.
 *
 * @param {Live} live
 * @param {{name: string, data: any}} message `link` or an event of docs/web.md §6.
 * @returns {Live}
 */
export function updateLive(live, { name, data }) {
  switch (name) {
    case "link":
      return { ...live, isLinked: data.isUp, snapshot: data.isUp ? live.snapshot : null };
    case "state":
      return {
        ...live,
        isLinked: true,
        server: data,
        snapshot: data.isOnline ? live.snapshot : null,
      };
    case "snapshot": {
      const { up, down } = data.rates;
      return { ...live, snapshot: data, rates: [...live.rates, { up, down }].slice(-RATE_SLOTS) };
    }
    default:
      return live;
  }
}
