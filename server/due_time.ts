/** Adds up the time in which something was due from a peer. */
export class DueTime {
  #sinceMs: number | undefined;
  #ms = 0;

  /** From now on something is due. */
  begin(): void {
    this.#sinceMs ??= performance.now();
  }

  /** Nothing is due any more. */
  end(): void {
    if (this.#sinceMs === undefined) return;
    this.#ms += performance.now() - this.#sinceMs;
    this.#sinceMs = undefined;
  }

  /** Gives the time since the last call, in ms. */
  take(): number {
    const isDue = this.#sinceMs !== undefined;
    this.end();
    if (isDue) this.begin();
    const ms = this.#ms;
    this.#ms = 0;
    return ms;
  }
}
