/** What a {@linkcode SilenceWatch} does when nothing comes. */
export interface SilenceReactions {
  /** Half the time is over: a good moment to ask for a sign of life. Says whether that was done. */
  readonly onHalfTime: () => boolean;
  /** The time is over. */
  readonly onSilence: () => void;
}

/** What a timer that cannot be taken back calls; forgetting the call lets go of what it holds. */
interface Alarm {
  ring: () => void;
}

/**
 * Watches that a peer does not stay silent for too long while something is expected from it. It does not
 * keep the process alive: the socket that is waited for does.
 */
export class SilenceWatch implements Disposable {
  readonly #timeoutMs: number;
  readonly #reactions: SilenceReactions;
  #waits = 0;
  #heardAtMs = 0;
  /** Whether the peer was asked for a sign of life and has given none since. */
  #isAsking = false;
  #alarm: Alarm | undefined;
  #dueAtMs = 0;

  /**
   * @param timeoutMs Longest silence.
   * @param reactions What to do about it.
   */
  constructor(timeoutMs: number, reactions: SilenceReactions) {
    this.#timeoutMs = timeoutMs;
    this.#reactions = reactions;
  }

  /** Notes a sign of life. */
  heard(): void {
    this.#heardAtMs = performance.now();
    this.#isAsking = false;
  }

  /** Notes that the peer's system took bytes: a sign of life, unless they are the question for one. */
  wrote(): void {
    if (!this.#isAsking) this.heard();
  }

  /**
   * Watches while something is waited for. Silence before the wait does not count.
   *
   * @param work What is waited for.
   * @returns Its outcome.
   */
  async during<T>(work: Promise<T>): Promise<T> {
    if (this.#waits++ === 0) {
      this.heard();
      // One that an earlier wait has left looks whether there is a wait when it rings.
      if (this.#alarm === undefined) this.#arm(this.#timeoutMs / 2);
    }
    try {
      return await work;
    } finally {
      this.#waits--;
    }
  }

  [Symbol.dispose](): void {
    if (this.#alarm !== undefined) this.#alarm.ring = (): void => {};
    this.#alarm = undefined;
  }

  #arm(ms: number): void {
    this.#dueAtMs = performance.now() + ms;
    const alarm: Alarm = { ring: () => this.#check() };
    this.#alarm = alarm;
    // Cheaper than setTimeout, whose first call loads Node's timers, and most waits are short.
    AbortSignal.timeout(ms).addEventListener("abort", () => alarm.ring(), { once: true });
  }

  #check(): void {
    this.#alarm = undefined;
    if (this.#waits === 0) return;
    const nowMs = performance.now();
    // A process that was suspended must not take that time for silence: what was said lies unread.
    this.#heardAtMs += Math.max(0, nowMs - this.#dueAtMs);
    const silentMs = nowMs - this.#heardAtMs;
    const halfMs = this.#timeoutMs / 2;
    // Timers may fire a fraction early.
    if (silentMs + 1 >= this.#timeoutMs) return this.#reactions.onSilence();
    if (silentMs + 1 >= halfMs) this.#isAsking = this.#reactions.onHalfTime();
    this.#arm(silentMs + 1 < halfMs ? halfMs - silentMs : this.#timeoutMs - silentMs);
  }
}
