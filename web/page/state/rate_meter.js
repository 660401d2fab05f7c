// @ts-check

/** A rate is that of the last seconds: steady to look at, and quick to notice a stall. */
const WINDOW_MS = 4000;
const SHORTEST_MS = 250;

/** Measures bytes per second over the last four seconds. */
export class RateMeter {
  /** @type {{atMs: number, bytes: number}[]} */
  #marks = [];

  /**
   * @param {number} atMs
   * @param {number} bytes How many there are in all by now; fewer than before starts afresh.
   */
  mark(atMs, bytes) {
    const last = this.#marks.at(-1);
    if (last !== undefined && bytes < last.bytes) this.#marks = [];
    this.#marks.push({ atMs, bytes });
    while (this.#marks.length > 2 && (this.#marks[1]?.atMs ?? atMs) <= atMs - WINDOW_MS) {
      this.#marks.shift();
    }
  }

  /** @param {number} nowMs @returns {number} Bytes per second. */
  rate(nowMs) {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || last === undefined) return 0;
    if (nowMs - last.atMs > WINDOW_MS) return 0;
    const elapsedMs = Math.max(nowMs - first.atMs, SHORTEST_MS);
    return ((last.bytes - first.bytes) * 1000) / elapsedMs;
  }
}
