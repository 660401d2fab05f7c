/**
 * Time that a late sender may catch up. Timers wake late and sockets stall; within this span the
 * lost time is made good, beyond it the bucket starts afresh, so no pause is ever paid back in a burst.
 */
const CATCH_UP_NS = 100_000_000n;
const NS_PER_MS = 1_000_000;

/** Numbers in a bucket's cells. */
const PAID_UNTIL = 0;
const RATE = 1;

/** 64-bit cells of a bucket: the time until which its flow is paid for, and its rate. */
export const BUCKET_CELLS = 2;

/**
 * A rate limit as a clock: each reservation moves "paid until" ahead by bytes / rate, and its bytes
 * may flow when that time has come, so n bytes always take n / rate seconds. With cells in a
 * SharedArrayBuffer, any number of threads draw from one bucket in turn.
 */
export class TokenBucket {
  readonly #cells: BigInt64Array;
  readonly #now: () => number;

  /**
   * @param cells {@linkcode BUCKET_CELLS} cells, shared or not.
   * @param now Milliseconds of a clock that all who share the cells agree on.
   */
  constructor(cells: BigInt64Array, now: () => number) {
    this.#cells = cells;
    this.#now = now;
  }

  /**
   * Bytes per second; 0 means no limit. May change at any time, also while others wait; what was
   * owed at the old rate is forgotten, so that a raised rate holds from the next reservation on.
   */
  get rate(): number {
    return Number(Atomics.load(this.#cells, RATE));
  }

  set rate(bytesPerSecond: number) {
    Atomics.store(this.#cells, RATE, BigInt(Math.round(bytesPerSecond)));
    Atomics.store(this.#cells, PAID_UNTIL, 0n);
  }

  /**
   * Pays for bytes.
   *
   * @param bytes How many are about to flow.
   * @returns Milliseconds to wait before they may; 0 or less when at once.
   */
  reserve(bytes: number): number {
    const rate = Atomics.load(this.#cells, RATE);
    if (rate <= 0n) return 0;
    const costNs = (BigInt(bytes) * 1_000_000_000n) / rate;
    for (;;) {
      const nowNs = BigInt(Math.round(this.#now() * NS_PER_MS));
      const paidUntil = Atomics.load(this.#cells, PAID_UNTIL);
      const from = paidUntil < nowNs - CATCH_UP_NS ? nowNs : paidUntil;
      const next = from + costNs;
      if (Atomics.compareExchange(this.#cells, PAID_UNTIL, paidUntil, next) === paidUntil) {
        return Number(next - nowNs) / NS_PER_MS;
      }
    }
  }
}

/**
 * Gives the bytes that should flow at once under a rate: small enough that a slow flow is smooth and
 * shared fairly, large enough that a fast one is cheap.
 *
 * @param rate Bytes per second; 0 means no limit.
 * @param mostBytes Upper bound.
 * @param perSecond How many pieces a second. @default 32
 * @returns Between 256 bytes and `mostBytes`, about a thirty-second of a second by default.
 */
export function chunkBytesForRate(rate: number, mostBytes: number, perSecond = 32): number {
  if (rate <= 0) return mostBytes;
  return Math.min(mostBytes, Math.max(256, Math.floor(rate / perSecond)));
}
