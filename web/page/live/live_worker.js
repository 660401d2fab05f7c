// @ts-check
/// <reference lib="webworker" />
/** Runs as a SharedWorker: one event stream for all tabs, since a browser has six connections. */

import { openLiveStream } from "./live_stream.js";

/** @typedef {import("./live_stream.js").LiveMessage} LiveMessage */

/** What a new tab must know, each the latest of its kind. */
const REPLAYED = ["link", "hello", "state", "snapshot", "changes"];

/** @type {Set<MessagePort>} */
const tabs = new Set();
/** @type {Map<string, LiveMessage>} */
const latest = new Map();

openLiveStream((message) => {
  latest.set(message.name, message);
  const isOffline = message.name === "state" && !message.data.isOnline;
  if (isOffline || message.name === "link") latest.delete("snapshot");
  for (const tab of tabs) tab.postMessage(message);
});

self.addEventListener("connect", (event) => {
  const tab = /** @type {MessageEvent} */ (event).ports[0];
  if (tab === undefined) return;
  tabs.add(tab);
  tab.onmessage = () => tabs.delete(tab);
  for (const name of REPLAYED) {
    const message = latest.get(name);
    if (message !== undefined) tab.postMessage(message);
  }
});
