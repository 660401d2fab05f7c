interface Entry<Value> {
  readonly key: number;
  /** Equal keys leave in the order in which they came, so that a run is the same each time. */
  readonly order: number;
  readonly value: Value;
}

/** Values by a number; the least comes out first. */
export class MinHeap<Value> {
  readonly #entries: Entry<Value>[] = [];
  #order = 0;

  /** How many are inside. */
  get size(): number {
    return this.#entries.length;
  }

  /** The least number; `undefined` when nothing is inside. */
  get leastKey(): number | undefined {
    return this.#entries[0]?.key;
  }

  /** Adds a value. */
  push(key: number, value: Value): void {
    const entries = this.#entries;
    const entry = { key, order: this.#order++, value };
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = entries[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      entries[at] = parent;
      at = above;
    }
    entries[at] = entry;
  }

  /** Takes the value with the least number; `undefined` when nothing is inside. */
  pop(): Value | undefined {
    const entries = this.#entries;
    const [first] = entries;
    const last = entries.pop();
    if (first === undefined || last === undefined) return undefined;
    if (entries.length > 0) this.#sink(last);
    return first.value;
  }

  #sink(entry: Entry<Value>): void {
    const entries = this.#entries;
    for (let at = 0;;) {
      const left = 2 * at + 1;
      const [a, b] = [entries[left], entries[left + 1]];
      const isRight = a !== undefined && b !== undefined && isBefore(b, a);
      const child = isRight ? b : a;
      if (child === undefined || !isBefore(child, entry)) {
        entries[at] = entry;
        return;
      }
      entries[at] = child;
      at = isRight ? left + 1 : left;
    }
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}
