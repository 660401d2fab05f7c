// @ts-check
import { RateMeter } from "../state/rate_meter.js";
import { shownProgress } from "../state/upload_progress.js";

/** @typedef {import("../state/upload_progress.js").Progress} Progress */

const SHOW_EACH_MS = 100;

/** How far one attempt of an upload is. */
export class AttemptProgress {
  #onShow;
  #meter = new RateMeter();
  #startedAtMs = performance.now();
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #startBytes = 0;
  #sentBytes = 0;
  /** @type {Progress | null} */
  #told = null;

  /** @param {(progress: Progress) => void} onShow Called at most ten times a second. */
  constructor(onShow) {
    this.#onShow = onShow;
  }

  /** The server has the beginning of the file already. @param {number} bytes */
  beginAt(bytes) {
    this.#startBytes = bytes;
    this.send(bytes);
  }

  /** The browser has handed on so much. @param {number} bytes */
  send(bytes) {
    this.#sentBytes = bytes;
    this.#meter.mark(performance.now(), bytes);
    this.#show();
  }

  /** The server says how much it has. @param {Progress} told */
  tell(told) {
    this.#told = told;
    this.#show();
  }

  #show() {
    const nowMs = performance.now();
    if (nowMs - this.#shownAtMs < SHOW_EACH_MS) return;
    this.#shownAtMs = nowMs;
    const own = { sentBytes: this.#sentBytes, bytesPerSecond: this.#meter.rate(nowMs) };
    const elapsedMs = nowMs - this.#startedAtMs;
    this.#onShow(shownProgress(own, this.#told, { startBytes: this.#startBytes, elapsedMs }));
  }
}
