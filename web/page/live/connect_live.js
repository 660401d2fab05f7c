// @ts-check
import { openLiveStream } from "./live_stream.js";

/** @typedef {import("./live_stream.js").LiveMessage} LiveMessage */

const WORKER_ADDRESS = "/page/live/live_worker.js";

/**
 * Listens to what happens on the server: through a worker that all tabs share, or, where there is
 * none, through a stream of its own that rests while the tab is hidden.
 *
 * @param {(message: LiveMessage) => void} onMessage
 */
export function connectLive(onMessage) {
  if (typeof SharedWorker === "undefined") listenAlone(onMessage);
  else listenTogether(onMessage);
}

/** @param {(message: LiveMessage) => void} onMessage */
function listenTogether(onMessage) {
  const worker = new SharedWorker(WORKER_ADDRESS, { type: "module", name: "sluice-live" });
  worker.onerror = () => listenAlone(onMessage);
  worker.port.onmessage = (event) => onMessage(event.data);
  addEventListener("pagehide", () => worker.port.postMessage("leaving"));
  // A page that comes back from the browser's cache is no longer known to the worker.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/** @param {(message: LiveMessage) => void} onMessage */
function listenAlone(onMessage) {
  let stop = openLiveStream(onMessage);
  document.addEventListener("visibilitychange", () => {
    stop();
    if (!document.hidden) stop = openLiveStream(onMessage);
  });
}
