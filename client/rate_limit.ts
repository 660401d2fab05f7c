import { BUCKET_CELLS, TokenBucket } from "#protocol/token_bucket.ts";

let readBucket: (limit: RateLimit) => TokenBucket;

/**
 * A limit on the rate of transfers that may be changed while they run. All transfers that are given the
 * same one share it: together they keep to it.
 *
 * @example Slow a download down, and let it go
 * ```ts ignore
 * const limit = new RateLimit();
 * const download = client.download("big.iso", "big.iso", { limitRate: limit });
 * limit.bytesPerSecond = 500_000;
 * limit.bytesPerSecond = 0;
 * await download;
 * ```
 */
export class RateLimit {
  static {
    readBucket = (limit): TokenBucket => limit.#bucket;
  }

  readonly #bucket = new TokenBucket(
    new BigInt64Array(BUCKET_CELLS),
    (): number => performance.now(),
  );

  /**
   * Makes a limit.
   *
   * @param bytesPerSecond The first limit; 0 for none.
   * @throws {RangeError} When that is no rate.
   */
  constructor(bytesPerSecond = 0) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /**
   * Bytes per second that may flow; 0 for no limit. A change holds at once: what was owed before it is
   * forgotten.
   *
   * @throws {RangeError} When it is set to what is no rate.
   */
  get bytesPerSecond(): number {
    return this.#bucket.rate;
  }

  set bytesPerSecond(rate: number) {
    if (!Number.isFinite(rate) || rate < 0) {
      throw new RangeError(`Cannot limit to ${rate} bytes per second: it must be 0 or more`);
    }
    // A little is not none.
    this.#bucket.rate = rate === 0 ? 0 : Math.max(1, rate);
  }
}

/** The bucket that those who share a limit draw from. */
export function bucketOf(limit: RateLimit): TokenBucket {
  return readBucket(limit);
}
