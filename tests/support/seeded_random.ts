/** Numbers that look random and are the same for the same seed (mulberry32), so that a failure can be run again. */
export class SeededRandom {
  #state: number;

  /** @param seed Any whole number. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next number from 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** The next whole number from `least` up to, not including, `end`. */
  between(least: number, end: number): number {
    return least + Math.floor(this.next() * (end - least));
  }
}
