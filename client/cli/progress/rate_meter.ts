/** Time over which a rate is averaged: long enough to be calm, short enough to follow. */
const WINDOW_MS = 5_000;
/** Samples closer together than this are merged, so a window holds few of them. */
const SAMPLE_MS = 100;
/** No rate is shown before this: the first bytes come in a burst. */
const FIRST_RATE_MS = 300;

interface Sample {
  readonly atMs: number;
  bytes: number;
}

/** Measures bytes per second over the last seconds. */
export class RateMeter {
  readonly #samples: Sample[] = [];

  /**
   * Notes how far a flow has come.
   *
   * @param nowMs A clock that only goes forward.
   * @param bytes Bytes since the start of the flow.
   */
  add(nowMs: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && this.#samples.length > 1 && nowMs - last.atMs < SAMPLE_MS) {
      last.bytes = bytes;
      return;
    }
    this.#samples.push({ atMs: nowMs, bytes });
    while (this.#samples.length > 2 && nowMs - (this.#samples[1]?.atMs ?? nowMs) >= WINDOW_MS) {
      this.#samples.shift();
    }
  }

  /**
   * @param nowMs The same clock; time without a sample counts as time without bytes.
   * @returns Bytes per second; undefined while there is too little to tell.
   */
  rate(nowMs: number): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const elapsedMs = nowMs - first.atMs;
    if (elapsedMs < FIRST_RATE_MS) return undefined;
    return Math.max(0, ((last.bytes - first.bytes) * 1000) / elapsedMs);
  }
}
