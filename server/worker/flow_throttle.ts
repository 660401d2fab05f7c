import { BUCKET_CELLS, chunkBytesForRate, TokenBucket } from "#protocol/token_bucket.ts";
import type { ThrottleSettings } from "../server_options.ts";
import { FULL_CHUNK_BYTES } from "./outbox.ts";
import { wait } from "./timer.ts";

/** Shorter waits are not worth a timer; the bucket keeps account of them. */
const LEAST_WAIT_MS = 2;
/**
 * Chunks a second of a connection that has a rate for itself. Nobody shares it, so it need not be finer
 * than people see.
 */
const OWN_CHUNKS_PER_SECOND = 4;
/** The same among many connections: what each chunk costs is then most of the server's work. */
const OWN_CHUNKS_IN_CROWD = 2;
/** So many workers at work are a crowd. */
const CROWD = 64;
/** A pause that ended late by no more than this shortens the next one, so that chunks keep their beat. */
const CATCH_UP_MS = 100;
/** A long wait ends this much later at the most when the limits change. */
const LOOK_EVERY_MS = 250;
/** A window holds what flows in this time, so that a throttled upload's ACKs keep it flowing. */
const WINDOW_SECONDS = 0.25;
const FULL_WINDOW_BYTES = 8 * 1024 * 1024;

/** All limits on the flow of one connection, for both directions. */
export class FlowThrottle {
  readonly #current: () => ThrottleSettings;
  #settings: ThrottleSettings;
  readonly #server: TokenBucket;
  readonly #connection: TokenBucket;
  readonly #leased: () => number;
  #pausedUntilMs = 0;

  /**
   * @param settings Gives what the server was told last.
   * @param serverCells Cells of the bucket that all workers share.
   * @param now Main's clock, in ms.
   * @param leased How many workers of the server serve somebody.
   */
  constructor(
    settings: () => ThrottleSettings,
    serverCells: SharedArrayBuffer,
    now: () => number,
    leased: () => number,
  ) {
    this.#leased = leased;
    this.#current = settings;
    this.#settings = settings();
    this.#server = new TokenBucket(new BigInt64Array(serverCells), now);
    this.#connection = new TokenBucket(new BigInt64Array(BUCKET_CELLS), now);
    this.#connection.rate = this.#settings.ratePerConnection;
  }

  /** Whether any limit is on. */
  get isOn(): boolean {
    this.#follow();
    return this.#settings.chunkDelayMs > 0 || this.slowestRate > 0;
  }

  /** The lowest of the rates, in bytes per second; 0 for none. Others may share it. */
  get slowestRate(): number {
    const rates = [this.#server.rate, this.#connection.rate].filter((rate) => rate > 0);
    return rates.length === 0 ? 0 : Math.min(...rates);
  }

  /** Payload bytes of a chunk; may change while a transfer runs. */
  get chunkBytes(): number {
    if (!this.isOn) return FULL_CHUNK_BYTES;
    // With a pause after each chunk the size is part of the speed; else a rate picks what flows well.
    if (this.#settings.chunkDelayMs > 0) return this.#settings.chunkBytes;
    const { chunkBytes } = this.#settings;
    const perSecond = this.#leased() > CROWD ? OWN_CHUNKS_IN_CROWD : OWN_CHUNKS_PER_SECOND;
    return Math.min(
      chunkBytesForRate(this.#server.rate, chunkBytes),
      chunkBytesForRate(this.#connection.rate, chunkBytes, perSecond),
    );
  }

  /** Bytes of an upload that may be under way beyond its last ACK. */
  get windowBytes(): number {
    if (!this.isOn) return FULL_WINDOW_BYTES;
    const flowing = Math.round(this.slowestRate * WINDOW_SECONDS);
    return Math.max(2 * this.chunkBytes, Math.min(FULL_WINDOW_BYTES, flowing));
  }

  /**
   * Waits until bytes may flow under the rates.
   *
   * @param bytes How many.
   * @param signal Ends the wait early.
   */
  async wait(bytes: number, signal: AbortSignal): Promise<void> {
    const rate = this.#server.rate;
    let waitMs = Math.max(this.#server.reserve(bytes), this.#connection.reserve(bytes));
    while (waitMs >= LEAST_WAIT_MS) {
      await wait(Math.min(waitMs, LOOK_EVERY_MS), signal);
      waitMs -= LOOK_EVERY_MS;
      // The one chunk that waits was measured for the old rate: it goes, and the next one fits the new.
      if (this.#follow() || this.#server.rate !== rate) return;
    }
  }

  /**
   * Pauses after bytes have flowed, once for each chunk in them.
   *
   * @param bytes How many.
   * @param signal Ends the pause early.
   */
  async pause(bytes: number, signal: AbortSignal): Promise<void> {
    const { chunkBytes, chunkDelayMs } = this.#settings;
    if (chunkDelayMs === 0) return;
    const nowMs = performance.now();
    const fromMs = this.#pausedUntilMs < nowMs - CATCH_UP_MS ? nowMs : this.#pausedUntilMs;
    this.#pausedUntilMs = fromMs + Math.ceil(bytes / chunkBytes) * chunkDelayMs;
    for (;;) {
      const restMs = this.#pausedUntilMs - performance.now();
      await wait(Math.min(restMs, LOOK_EVERY_MS), signal);
      if (restMs <= LOOK_EVERY_MS || this.#follow()) return;
    }
  }

  /** Takes what has changed; says whether something has. */
  #follow(): boolean {
    const settings = this.#current();
    if (settings === this.#settings) return false;
    const before = this.#settings;
    this.#settings = settings;
    // Other settings than these may have changed.
    if (isSame(before, settings)) return false;
    this.#pausedUntilMs = 0;
    this.#connection.rate = settings.ratePerConnection;
    return true;
  }
}

function isSame(left: ThrottleSettings, right: ThrottleSettings): boolean {
  return left.rate === right.rate && left.ratePerConnection === right.ratePerConnection &&
    left.chunkBytes === right.chunkBytes && left.chunkDelayMs === right.chunkDelayMs;
}
