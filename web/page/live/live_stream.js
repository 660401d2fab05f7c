// @ts-check

const RETRY_MS = 1000;
/** The gateway sends something at least each 15 s (docs/web.md §6). */
const SILENCE_MS = 40_000;
const EVENT_NAMES = ["hello", "state", "snapshot", "changes", "history"];

/** @typedef {{name: string, data: any}} LiveMessage `link` or an event of docs/web.md §6. */

/**
 * Listens to the gateway's events for as long as the page lives, and says when the gateway is gone.
 *
 * @param {(message: LiveMessage) => void} onMessage
 * @returns {() => void} Stops.
 */
export function openLiveStream(onMessage) {
  /** @type {EventSource | null} */
  let source = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {boolean | null} */
  let isUp = null;

  /** @param {boolean} isNowUp */
  function tellLink(isNowUp) {
    if (isUp === isNowUp) return;
    isUp = isNowUp;
    onMessage({ name: "link", data: { isUp } });
  }

  function connect() {
    source = new EventSource("/api/events");
    source.onopen = () => tellLink(true);
    // EventSource's own retry waits for 3 s and gives up at some answers; this one does neither.
    source.onerror = reconnect;
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (event) => {
        watch(SILENCE_MS);
        onMessage({ name, data: JSON.parse(event.data) });
      });
    }
    watch(SILENCE_MS);
  }

  function reconnect() {
    source?.close();
    tellLink(false);
    clearTimeout(timer);
    timer = setTimeout(connect, RETRY_MS);
  }

  /** @param {number} patienceMs */
  function watch(patienceMs) {
    clearTimeout(timer);
    timer = setTimeout(reconnect, patienceMs);
  }

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
