import { sleep } from "#protocol/sleep.ts";
import { chunkBytesForRate, type TokenBucket } from "#protocol/token_bucket.ts";
import { bucketOf, RateLimit } from "./rate_limit.ts";

/** Waits shorter than this are left to add up: timers are no finer. */
const SHORTEST_WAIT_MS = 1;
/** How long a changed limit may go unnoticed by those who wait for the old one. */
const NOTICE_MS = 250;

/** How the reading of a connection is slowed down. */
export interface Intake {
  readonly pacer: Pacer;
  /** Told about bytes as they are taken. */
  readonly onTaken: (bytes: number) => void;
}

/** Keeps one transfer to its rate, over all its connections. */
export class Pacer {
  /** Whether there is a limit, or may be one later. */
  readonly mayLimit: boolean;
  readonly #bucket: TokenBucket;

  /** @param limit Bytes per second, 0 for no limit; or a limit that may change. */
  constructor(limit: number | RateLimit) {
    const isNumber = typeof limit === "number";
    this.mayLimit = !isNumber || limit > 0;
    this.#bucket = bucketOf(isNumber ? new RateLimit(limit) : limit);
  }

  /** Bytes per second; 0 for no limit. */
  get rate(): number {
    return this.#bucket.rate;
  }

  /** Whether there is a limit now. */
  get isLimited(): boolean {
    return this.#bucket.rate > 0;
  }

  /**
   * Bytes that should move at once, so that the flow is smooth.
   *
   * @param mostBytes Upper bound.
   * @returns At least 1; at most what a second lets through.
   */
  pieceBytes(mostBytes: number): number {
    const rate = this.#bucket.rate;
    if (rate <= 0) return mostBytes;
    return Math.max(1, Math.min(rate, chunkBytesForRate(rate, mostBytes)));
  }

  /** Pays for bytes that have moved already: those that follow wait the longer. */
  owe(bytes: number): void {
    this.#bucket.reserve(bytes);
  }

  /**
   * Pays for bytes and waits until they may move; not longer than the limit stays what it is.
   *
   * @param bytes How many.
   * @param signal Ends the wait.
   * @throws The signal's reason.
   */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const rate = this.#bucket.rate;
    let waitMs = this.#bucket.reserve(bytes);
    const endMs = performance.now() + waitMs;
    while (waitMs >= SHORTEST_WAIT_MS && this.#bucket.rate === rate) {
      await sleep(Math.min(waitMs, NOTICE_MS), signal);
      waitMs = endMs - performance.now();
    }
  }
}
