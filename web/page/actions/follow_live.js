// @ts-check
/** Takes the live stream into the page's state. */

import { messageOf } from "../api/api_error.js";
import { call } from "../api/call.js";
import { connectLive } from "../live/connect_live.js";
import { connectionState } from "../state/connection_state.js";
import { checkSession, isTokenWanted } from "./session.js";
import { mergeHistory } from "../state/history_records.js";
import { updateLive } from "../state/live_update.js";

/** @typedef {import("../app.js").App} App */

const HISTORY_PAGE = 100;

/** @param {App} app */
export function followLive(app) {
  let changes = -1;
  connectLive((message) => {
    const { store } = app;
    const before = connectionState(store.state.live);
    store.drift({ live: updateLive(store.state.live, message) });
    const after = connectionState(store.state.live);
    if (before.level !== after.level) changeLevel(app, before.level, after);
    if (message.name === "state" && !message.data.isOnline) lookWhy(app, message.data.reason?.code);
    // The gateway itself may ask for a token before it tells anything.
    if (message.name === "link" && !message.data.isUp) checkSession(app);
    if (message.name === "snapshot") app.uploads.observe(message.data.operations);
    if (message.name === "history") {
      const { history } = store.state;
      const records = mergeHistory(history.records, message.data.records);
      store.drift({ history: { ...history, records } });
    }
    if (message.name === "changes" && message.data.count !== changes) {
      if (changes >= 0) app.browser.refreshSoon();
      changes = message.data.count;
    }
  });
}

/** A server that wants a token is there: somebody has to log in. @param {App} app @param {unknown} code */
function lookWhy(app, code) {
  if (isTokenWanted(code)) checkSession(app);
}

/** Reads the next older page, or the newest. @param {App} app @param {boolean} isOlder */
export async function readHistory(app, isOlder) {
  const { store } = app;
  const oldest = store.state.history.records.at(-1);
  const query = new URLSearchParams({ limit: String(HISTORY_PAGE) });
  if (isOlder && oldest !== undefined) query.set("before", String(oldest.id));
  try {
    const page = await call("GET", `/api/history?${query}`);
    const known = store.state.history;
    store.set({
      history: {
        records: mergeHistory(known.records, page.records),
        hasMore: isOlder || known.records.length === 0 ? page.hasMore : known.hasMore,
        problem: "",
      },
    });
  } catch (error) {
    store.set({ history: { ...store.state.history, problem: messageOf(error) } });
  }
}

/**
 * @param {App} app
 * @param {string} before
 * @param {{level: string, word: string, reason: string}} after
 */
function changeLevel(app, before, after) {
  const text = after.reason === "" ? after.word : `${after.word}: ${after.reason}`;
  app.store.set({ announcement: `Server ${text}` });
  if (after.level !== "online") return;
  app.uploads.wake();
  readHistory(app, false);
  if (before === "offline" || app.store.state.listing.status === "failed") app.browser.refreshNow();
}
