import { SluiceError } from "#protocol/sluice_error.ts";

/** Things that can be taken once, for a short time, by whoever knows their unguessable name. */
export class Tickets<T> {
  readonly #most: number;
  readonly #keepMs: number;
  readonly #held = new Map<string, { readonly value: T; readonly untilMs: number }>();

  /**
   * @param most How many may wait.
   * @param keepMs How long each waits, in ms.
   */
  constructor(most: number, keepMs: number) {
    this.#most = most;
    this.#keepMs = keepMs;
  }

  /**
   * Keeps a thing.
   *
   * @returns Its name.
   * @throws {SluiceError} `busy` when too many wait.
   */
  give(value: T): string {
    this.#forgetOld();
    if (this.#held.size >= this.#most) {
      throw new SluiceError("busy", "Cannot prepare another archive: too many wait to be fetched");
    }
    const name = crypto.randomUUID();
    this.#held.set(name, { value, untilMs: performance.now() + this.#keepMs });
    return name;
  }

  /** Gives a thing back, and forgets it. */
  take(name: string): T | undefined {
    this.#forgetOld();
    const held = this.#held.get(name);
    this.#held.delete(name);
    return held?.value;
  }

  #forgetOld(): void {
    const nowMs = performance.now();
    for (const [name, { untilMs }] of this.#held) if (untilMs < nowMs) this.#held.delete(name);
  }
}
