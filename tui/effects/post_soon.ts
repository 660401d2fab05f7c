/** Gathers what comes often, and hands it on a few times a second. */
export class PostSoon {
  readonly #post: () => void;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param post Hands on what was gathered.
   * @param everyMs Shortest time between two calls of it.
   */
  constructor(post: () => void, everyMs: number) {
    this.#post = post;
    this.#everyMs = everyMs;
  }

  /** Something was gathered: it is handed on soon. */
  note(): void {
    this.#timer ??= setTimeout(() => this.now(), this.#everyMs);
  }

  /** Hands on what was gathered, if there is something. */
  now(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#post();
  }

  /** Forgets that there was something. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
