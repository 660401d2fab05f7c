// @ts-check

const SHOWN_MS = 6000;
const SHOWN_WITH_ACTION_MS = 12_000;
const MOST_TOASTS = 4;

/** Short messages at the edge of the page, some with something to do about them. */
export class Toaster {
  #store;
  #nextId = 1;
  /** @type {Map<number, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /** @param {import("../store.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  /**
   * @param {string} text
   * @param {{isProblem?: boolean, actionLabel?: string, action?: () => void}} [options]
   */
  say(text, { isProblem = false, actionLabel, action } = {}) {
    const id = this.#nextId++;
    const toast = {
      id,
      text,
      isProblem,
      ...actionLabel === undefined ? {} : { actionLabel },
      ...action === undefined ? {} : { action },
    };
    this.#store.set({ toasts: [...this.#store.state.toasts, toast].slice(-MOST_TOASTS) });
    this.release(id);
  }

  /** @param {number} id */
  dismiss(id) {
    this.hold(id);
    this.#store.set({ toasts: this.#store.state.toasts.filter((toast) => toast.id !== id) });
  }

  /** Keeps a message while somebody reads it. @param {number} id */
  hold(id) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  /** Lets a message go after its time. @param {number} id */
  release(id) {
    this.hold(id);
    const toast = this.#store.state.toasts.find((one) => one.id === id);
    if (toast === undefined) return;
    const shownMs = toast.action === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS;
    this.#timers.set(id, setTimeout(() => this.dismiss(id), shownMs));
  }
}
