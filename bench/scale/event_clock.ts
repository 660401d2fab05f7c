import { MinHeap } from "./min_heap.ts";

/** The time of a simulation: runs actions in the order of their times. */
export class EventClock {
  readonly #actions = new MinHeap<() => void>();
  #nowS = 0;

  /** Seconds since the simulation began. */
  get nowS(): number {
    return this.#nowS;
  }

  /**
   * Plans an action.
   *
   * @param delayS Seconds from now, at least 0.
   * @param action What happens then.
   * @throws {RangeError} When the delay is negative or no number.
   */
  after(delayS: number, action: () => void): void {
    if (!(delayS >= 0)) throw new RangeError(`Cannot wait ${delayS} s: it must be at least 0`);
    this.#actions.push(this.#nowS + delayS, action);
  }

  /**
   * Lets time pass.
   *
   * @param untilS Where it stops; what is planned for later stays planned.
   */
  run(untilS: number): void {
    for (;;) {
      const atS = this.#actions.leastKey;
      if (atS === undefined || atS > untilS) break;
      this.#nowS = atS;
      this.#actions.pop()?.();
    }
    this.#nowS = Math.max(this.#nowS, untilS);
  }
}
