/** How many of something each address has. Who has none takes no room. */
export class AddressCounts {
  readonly #counts = new Map<string, number>();

  /** Addresses that have some. */
  get size(): number {
    return this.#counts.size;
  }

  /** How many an address has. */
  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** One more. */
  add(key: string): void {
    this.#counts.set(key, this.of(key) + 1);
  }

  /** One less. */
  remove(key: string): void {
    const left = this.of(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}
