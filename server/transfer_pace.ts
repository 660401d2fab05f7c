import { Patience } from "./patience.ts";

/**
 * What bytes can earn a reader, as a multiple of the time for one that takes nothing. The systems on both sides hold MBs for a
 * slow reader, of which the server sees nothing: one that takes 10 kB/s may seem to stand still for two minutes.
 */
const READER_EARNS = 3;

/** Who is too slow. */
export type TooSlow = "reader" | "writer" | undefined;

/** What has happened since the last look. */
export interface PaceState {
  /** Whether a worker serves the connection. */
  readonly isServed: boolean;
  /** Time in which bytes waited for the client to take them. */
  readonly toTakeMs: number;
  /** Bytes that it took. */
  readonly takenBytes: number;
  /** Time in which nothing that the client had sent was left to work on. */
  readonly toSendMs: number;
  /** Bytes that it sent for a worker. */
  readonly sentBytes: number;
}

/**
 * Watches that a client moves what is due from it: takes what it is sent, and sends what its upload lacks. Time in which the
 * server itself holds a transfer back, by a rate, the disk or other work, is not the client's.
 */
export class TransferPace {
  readonly #reader: Patience;
  readonly #writer: Patience;
  #lastMs: number | undefined;

  /**
   * @param stallMs For a client that moves nothing.
   * @param minRate Bytes per second that it has to move; 0 when any byte will do.
   */
  constructor(stallMs: number, minRate: number) {
    this.#reader = new Patience({ stallMs, mostMs: READER_EARNS * stallMs, minRate });
    this.#writer = new Patience({ stallMs, mostMs: stallMs, minRate });
  }

  /**
   * Counts what has happened.
   *
   * @param nowMs The present, without time in which this process stood still: that is nobody's silence.
   * @param state What the connection did.
   * @returns Who is too slow by now; a writer is told of once, and then has all of the time again.
   */
  tick(nowMs: number, state: PaceState): TooSlow {
    const elapsedMs = Math.max(0, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    const toTakeMs = Math.min(elapsedMs, state.toTakeMs);
    if (!state.isServed) this.#writer.renew();
    if (!state.isServed && toTakeMs === 0) this.#reader.renew();
    if (this.#reader.spend(toTakeMs, state.takenBytes)) return "reader";
    // Who has not taken what it is owed cannot know how far its upload is.
    const toSendMs = Math.min(elapsedMs, state.toSendMs) - toTakeMs;
    const isSending = state.isServed && toSendMs > 0;
    if (!this.#writer.spend(isSending ? toSendMs : 0, state.sentBytes)) return undefined;
    this.#writer.renew();
    return "writer";
  }
}
