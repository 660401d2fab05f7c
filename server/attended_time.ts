/**
 * The time in which a process looked after its connections. One that stood still (suspended, or starved of the
 * processor) must not take the silence of that time for the fault of others.
 */
export class AttendedTime {
  readonly #tickMs: number;
  #lastMs = performance.now();
  /** Of the time before the last look. */
  #stoodStillMs = 0;

  /** @param tickMs How often it is looked at. */
  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  /**
   * Gives the time by which deadlines are judged now.
   *
   * @param nowMs By `performance.now()`.
   * @returns Without what is nobody's silence: not at this look, and not at the next one either, by which what
   * arrived meanwhile is read.
   */
  look(nowMs: number): number {
    const stoodStillMs = Math.max(0, nowMs - this.#lastMs - 2 * this.#tickMs);
    const attendedMs = nowMs - stoodStillMs - this.#stoodStillMs;
    this.#lastMs = nowMs;
    this.#stoodStillMs = stoodStillMs;
    return attendedMs;
  }
}
