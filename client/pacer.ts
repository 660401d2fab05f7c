import { sleep } from "#protocol/sleep.ts";
import { BUCKET_CELLS, chunkBytesForRate, TokenBucket } from "#protocol/token_bucket.ts";

/** Waits shorter than this are left to add up: timers are no finer. */
const SHORTEST_WAIT_MS = 1;

/** How the reading of a connection is slowed down. */
export interface Intake {
  readonly pacer: Pacer;
  /** Told about bytes as they are taken. */
  readonly onTaken: (bytes: number) => void;
}

/** Keeps one transfer to its rate, over all its connections. */
export class Pacer {
  readonly #bucket: TokenBucket;

  /** @param rate Bytes per second; 0 for no limit. */
  constructor(rate: number) {
    this.#bucket = new TokenBucket(
      new BigInt64Array(BUCKET_CELLS),
      (): number => performance.now(),
    );
    this.#bucket.rate = rate;
  }

  /** Bytes per second; 0 for no limit. */
  get rate(): number {
    return this.#bucket.rate;
  }

  /** Whether there is a limit at all. */
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
   * Pays for bytes and waits until they may move.
   *
   * @param bytes How many.
   * @param signal Ends the wait.
   * @throws The signal's reason.
   */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const waitMs = this.#bucket.reserve(bytes);
    if (waitMs >= SHORTEST_WAIT_MS) await sleep(waitMs, signal);
  }
}
