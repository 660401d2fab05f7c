import { percentile } from "../statistics.ts";
import type { EventClock } from "./event_clock.ts";

/** What became of all that was asked. */
export interface TallySummary {
  readonly arrived: number;
  readonly served: number;
  /** Connections that were told `busy`, and requests that waited in vain. */
  readonly refused: number;
  /** Neither yet. */
  readonly inside: number;
  readonly bytes: number;
  /** Mean number of requests inside, over the whole time. */
  readonly meanInside: number;
  /** Seconds from the request to its worker. */
  readonly waitS: Distribution;
  /** Seconds from the request to its last byte. */
  readonly responseS: Distribution;
  /** When the last answer was complete. */
  readonly lastS: number;
}

/** How a number is spread; 0 of none. */
export interface Distribution {
  readonly mean: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** Counts requests from their arrival to their end. */
export class Tally {
  readonly #clock: EventClock;
  readonly #waits: number[] = [];
  readonly #responses: number[] = [];
  #arrived = 0;
  #refused = 0;
  #bytes = 0;
  #inside = 0;
  /** Integral of the number inside over time. */
  #insideSeconds = 0;
  #sinceS = 0;
  #lastS = 0;

  constructor(clock: EventClock) {
    this.#clock = clock;
  }

  /** A request is sent. */
  arrive(): void {
    this.#step(1);
    this.#arrived++;
  }

  /** A request that arrived is turned away. */
  refuse(): void {
    this.#step(-1);
    this.#refused++;
  }

  /** A request has got a worker, so many seconds after it was sent. */
  noteWait(seconds: number): void {
    this.#waits.push(seconds);
  }

  /** A request is answered, so many seconds after it was sent. */
  serve(seconds: number, bytes: number): void {
    this.#step(-1);
    this.#responses.push(seconds);
    this.#bytes += bytes;
    this.#lastS = this.#clock.nowS;
  }

  /** All numbers so far. */
  summary(): TallySummary {
    this.#step(0);
    const { nowS } = this.#clock;
    return {
      arrived: this.#arrived,
      served: this.#responses.length,
      refused: this.#refused,
      inside: this.#inside,
      bytes: this.#bytes,
      meanInside: nowS > 0 ? this.#insideSeconds / nowS : 0,
      waitS: distributionOf(this.#waits),
      responseS: distributionOf(this.#responses),
      lastS: this.#lastS,
    };
  }

  #step(change: number): void {
    const { nowS } = this.#clock;
    this.#insideSeconds += this.#inside * (nowS - this.#sinceS);
    this.#sinceS = nowS;
    this.#inside += change;
  }
}

function distributionOf(numbers: readonly number[]): Distribution {
  return {
    mean: numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length),
    median: percentile(numbers, 0.5),
    p99: percentile(numbers, 0.99),
    max: numbers.reduce((most, number) => Math.max(most, number), 0),
  };
}
