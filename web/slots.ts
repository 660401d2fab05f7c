import { SluiceError } from "#protocol/sluice_error.ts";

/** A bounded number of things that may go on at once. */
export class Slots {
  readonly #most: number;
  readonly #what: string;
  #used = 0;

  /**
   * @param most How many.
   * @param what What they are, for messages.
   */
  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  /** How many are in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes one.
   *
   * @returns Gives it back; further calls do nothing.
   * @throws {SluiceError} `busy` when all are taken.
   */
  take(): () => void {
    if (this.#used >= this.#most) {
      throw new SluiceError("busy", `Cannot begin: ${this.#most} ${this.#what} are under way`);
    }
    this.#used++;
    let isTaken = true;
    return () => {
      if (isTaken) this.#used--;
      isTaken = false;
    };
  }
}
