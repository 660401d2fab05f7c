import { SluiceError } from "#protocol/sluice_error.ts";

/** How often silence is looked at, as a share of what is allowed. */
const LOOKS = 4;

/** Ends a wait for the next bytes of a body that is silent for too long. */
export class IdleWatch implements Disposable {
  readonly #idleMs: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #waitsSinceMs = Infinity;
  #error: SluiceError | undefined;

  /**
   * @param idleMs Longest silence.
   * @param end Ends the wait; called at most once.
   */
  constructor(idleMs: number, end: (error: SluiceError) => void) {
    this.#idleMs = idleMs;
    this.#timer = setInterval(() => {
      if (performance.now() - this.#waitsSinceMs < this.#idleMs) return;
      clearInterval(this.#timer);
      this.#error = silence(idleMs);
      end(this.#error);
    }, idleMs / LOOKS);
  }

  /** The silence that ended the wait, if one did. */
  get error(): SluiceError | undefined {
    return this.#error;
  }

  /** The next bytes are waited for from now on. */
  waits(): void {
    this.#waitsSinceMs = performance.now();
  }

  /** They are here. */
  heard(): void {
    this.#waitsSinceMs = Infinity;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function silence(idleMs: number): SluiceError {
  return new SluiceError("timeout", `Cannot read the body: nothing came for ${idleMs / 1000} s`);
}
