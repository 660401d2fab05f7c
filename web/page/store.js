// @ts-check

/** @typedef {import("./types.js").State} State */

/**
 * The page's one state and its listeners. Views draw from it; actions change it.
 */
export class Store {
  /** @type {State} */
  #state;
  /** @type {Set<(isUrgent: boolean) => void>} */
  #listeners = new Set();

  /** @param {State} state */
  constructor(state) {
    this.#state = state;
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  /** Changes what a person is waiting to see. @param {Partial<State>} change */
  set(change) {
    this.#change(change, true);
  }

  /** Changes what goes on by itself: it is drawn a few times a second. @param {Partial<State>} change */
  drift(change) {
    this.#change(change, false);
  }

  /** @param {(isUrgent: boolean) => void} listener Called after each change. */
  subscribe(listener) {
    this.#listeners.add(listener);
  }

  /** @param {Partial<State>} change @param {boolean} isUrgent */
  #change(change, isUrgent) {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(isUrgent);
  }
}
