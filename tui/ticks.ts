import type { Model } from "./model/model.ts";

/** How often time is told while something on the screen depends on it. */
export const LIVE_TICK_MS = 250;

/** How often it is told while nothing does. */
export const IDLE_TICK_MS = 10_000;

/**
 * Tells how soon the screen wants to know what time it is: bars, waits and notices move by
 * themselves, an idle screen costs nothing.
 *
 * @param model What the screen shows.
 * @returns Milliseconds between ticks.
 */
export function tickMs(model: Model): number {
  const { link, notice, transfers, view } = model;
  const isLive = link.state !== "online" || notice !== undefined || view === "server" ||
    [model.panes.local, model.panes.server].some((pane) => pane.isLoading || pane.wantsReload) ||
    transfers.rows.some((row) => row.phase === "running");
  return isLive ? LIVE_TICK_MS : IDLE_TICK_MS;
}
