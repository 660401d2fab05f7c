// @ts-check

/** @typedef {import("./types.js").State} State */

/**
 * The page's one state and its listeners. Views draw from it; actions change it.
 */
export class Store {
  /** @type {State} */
  #state;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {State} state */
  constructor(state) {
    this.#state = state;
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  /** @param {Partial<State>} change */
  set(change) {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** @param {() => void} listener Called after each change. */
  subscribe(listener) {
    this.#listeners.add(listener);
  }
}
