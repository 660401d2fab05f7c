import assert from "node:assert/strict";
import { initialModel } from "#tui/model/initial_model.ts";
import type { Model } from "#tui/model/model.ts";
import { IDLE_TICK_MS, LIVE_TICK_MS, tickMs } from "#tui/ticks.ts";
import { transfer } from "./views/sample_transfers.ts";

const FIRST = initialModel({
  columns: 80,
  rows: 24,
  nowMs: 0,
  serverAddress: "127.0.0.1:1",
  localFolder: "/tmp",
});
const IDLE: Model = { ...FIRST, link: { state: "online", agent: "test", connectionId: 1 } };
const { panes, transfers } = IDLE;

Deno.test("tickMs() is rare while nothing on the screen depends on the time", () => {
  assert.equal(tickMs(IDLE), IDLE_TICK_MS);
  const paused = { ...transfers, rows: [transfer(0, 1, "a", { phase: "paused" })] };
  assert.equal(tickMs({ ...IDLE, transfers: paused }), IDLE_TICK_MS);
});

const LIVE: Readonly<Record<string, Model>> = {
  "there is no connection": FIRST,
  "a notice goes away": { ...IDLE, notice: { text: "", tone: "info", untilMs: 1 } },
  "the server is shown": { ...IDLE, view: "server" },
  "a folder is read": { ...IDLE, panes: { ...panes, local: { ...panes.local, isLoading: true } } },
  "a folder waits to be read": {
    ...IDLE,
    panes: { ...panes, server: { ...panes.server, wantsReload: true } },
  },
  "a transfer runs": {
    ...IDLE,
    transfers: { ...transfers, rows: [transfer(0, 1, "a", { phase: "running" })] },
  },
};
for (const [why, model] of Object.entries(LIVE)) {
  Deno.test(`tickMs() is some times a second while ${why}`, () => {
    assert.equal(tickMs(model), LIVE_TICK_MS);
  });
}
