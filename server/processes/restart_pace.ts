/** The first wait; each further one is twice as long. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;
/** A process that lived this long ended for another reason than the one before. */
const PROVEN_AFTER_MS = 60_000;

/** How soon a process that ended is started again: at once the first time, ever later when it keeps ending. */
export class RestartPace {
  #waits = 0;

  /**
   * Notes an end.
   *
   * @param livedMs How long the process was there.
   * @returns When to start the next one, in ms.
   */
  next(livedMs: number): number {
    if (livedMs >= PROVEN_AFTER_MS) this.#waits = 0;
    return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#waits++);
  }
}
