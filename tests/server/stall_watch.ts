const LOOK_EVERY_MS = 10;

/** Notices when this process does not get to run: `using watch = new StallWatch()`. */
export class StallWatch implements Disposable {
  readonly #timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  #lookedMs = performance.now();
  #longestMs = 0;

  /** The longest time, in ms, in which nothing of this process ran. */
  get longestMs(): number {
    this.#look();
    return this.#longestMs;
  }

  #look(): void {
    const nowMs = performance.now();
    this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lookedMs - LOOK_EVERY_MS);
    this.#lookedMs = nowMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
