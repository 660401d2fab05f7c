import type { RequestTally } from "./request_tally.ts";

const EVERY_MS = 250;

/** Measures how late timers of this thread come: how long it was busy with something else. */
export class LagMeter implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;
  #lastMs = performance.now();

  /** @param tally Where the times go. */
  constructor(tally: RequestTally) {
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      tally.addTime("lag", Math.max(0, nowMs - this.#lastMs - EVERY_MS) / 1000);
      this.#lastMs = nowMs;
    }, EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
