/** Refusals from one look to the next that have a line each in the server's log. */
const MOST_LINES = 10;
/** Refusals a second that a connection gets; for more of them it waits. */
const MOST_PER_SECOND = 1_000;

/**
 * How often requests of one connection are refused before a worker sees them. Each costs its peer 16 bytes and the
 * server far more, so a flood of them must cost the peer time, too: what follows is read later, none is lost.
 */
export class RefusalPace {
  #lookedMs: number;
  /** Since the last look. */
  #count = 0;
  /** Refusals that are not paid for by time yet. */
  #owed = 0;
  #calm: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  /** @param nowMs By `performance.now()`. */
  constructor(nowMs: number = performance.now()) {
    this.#lookedMs = nowMs;
  }

  /**
   * Counts one.
   *
   * @returns Whether it has a line of its own in the server's log.
   */
  note(): boolean {
    this.#owed++;
    this.#count++;
    return this.#count <= MOST_LINES;
  }

  /**
   * Looks how many there were; called about once a second.
   *
   * @param nowMs By `performance.now()`.
   * @returns Those since the last look that had no line of their own.
   */
  look(nowMs: number): number {
    const seconds = Math.max(0, nowMs - this.#lookedMs) / 1000;
    this.#lookedMs = nowMs;
    this.#owed = Math.max(0, this.#owed - MOST_PER_SECOND * seconds);
    if (!this.#isTooMany) this.#calm?.resolve();
    const unlogged = Math.max(0, this.#count - MOST_LINES);
    this.#count = 0;
    return unlogged;
  }

  /** Waits while there are too many, until looks show that time has passed, or the connection is closed. */
  async untilCalm(): Promise<void> {
    if (!this.#isTooMany) return;
    this.#calm = Promise.withResolvers();
    await this.#calm.promise;
  }

  /** The connection is closed: nobody waits any more. */
  close(): void {
    this.#isClosed = true;
    this.#calm?.resolve();
  }

  get #isTooMany(): boolean {
    return !this.#isClosed && this.#owed >= MOST_PER_SECOND;
  }
}
