import type { Flow } from "#protocol/replies.ts";

/** Rates are measured over at least this long, and at most twice as long and a tick. */
const WINDOW_MS = 900;
/** A rate over less says nothing. */
const LEAST_MS = 100;

interface Sample {
  readonly atMs: number;
  readonly up: number;
  readonly down: number;
}

/**
 * Counts bytes. Two additions for each buffer are all that the path of the data pays; rates are
 * worked out when somebody asks.
 */
export class FlowCounter {
  readonly #whole: FlowCounter | undefined;
  #up = 0;
  #down = 0;
  #before: Sample;
  #last: Sample;

  /**
   * @param nowMs The present, by `performance.now()`.
   * @param whole Counts the same bytes together with those of others.
   */
  constructor(nowMs: number, whole?: FlowCounter) {
    this.#whole = whole;
    this.#before = this.#last = { atMs: nowMs, up: 0, down: 0 };
  }

  /** Bytes so far. */
  get bytes(): Flow {
    return { up: this.#up, down: this.#down };
  }

  /** Counts bytes that came from a client. */
  addUp(bytes: number): void {
    this.#up += bytes;
    this.#whole?.addUp(bytes);
  }

  /** Counts bytes that a client took. */
  addDown(bytes: number): void {
    this.#down += bytes;
    this.#whole?.addDown(bytes);
  }

  /** Moves the window on; called about once a second. */
  tick(nowMs: number): void {
    if (nowMs - this.#last.atMs < WINDOW_MS) return;
    this.#before = this.#last;
    this.#last = { atMs: nowMs, up: this.#up, down: this.#down };
  }

  /** Bytes per second over the last one or two seconds. */
  rates(nowMs: number): Flow {
    const { atMs, up, down } = this.#before;
    const elapsedMs = nowMs - atMs;
    if (elapsedMs < LEAST_MS) return { up: 0, down: 0 };
    const perSecond = (bytes: number): number => Math.round(bytes / elapsedMs * 1000);
    return { up: perSecond(this.#up - up), down: perSecond(this.#down - down) };
  }
}
