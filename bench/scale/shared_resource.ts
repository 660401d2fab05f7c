import type { EventClock } from "./event_clock.ts";
import { MinHeap } from "./min_heap.ts";

/** Jobs whose ends differ by less than this share of the time end together: floating point is no clock. */
const SAME = 1e-12;

/** What a resource can do. */
export interface Capacity {
  /** Amount per second of all jobs together: cores, or bytes per second. */
  readonly total: number;
  /** Amount per second of one job alone: 1 of a thread on cores. */
  readonly perJob: number;
}

/**
 * Cores or a network line that all jobs share evenly (processor sharing). All jobs run at the same
 * speed, so what counts is how much each has got since the beginning: one number for all of them.
 */
export class SharedResource {
  readonly #clock: EventClock;
  readonly #capacity: Capacity;
  /** Jobs by the share at which they are done. */
  readonly #jobs = new MinHeap<() => void>();
  /** What a job would have got that is there from the beginning. */
  #share = 0;
  #sinceS = 0;
  #used = 0;
  /** Tells the planned end of the first job from those that were planned before it. */
  #plan = 0;

  constructor(clock: EventClock, capacity: Capacity) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** Amount per second that it can give. */
  get total(): number {
    return this.#capacity.total;
  }

  /** How much all jobs have got together: core seconds, or bytes. */
  get used(): number {
    this.#advance();
    return this.#used;
  }

  /**
   * Begins a job.
   *
   * @param amount What it needs: seconds of a core, or bytes; 0 ends at once, but not before this returns.
   * @param done Called when it has got it.
   */
  submit(amount: number, done: () => void): void {
    this.#advance();
    this.#jobs.push(this.#share + Math.max(0, amount), done);
    this.#planEnd();
  }

  get #speed(): number {
    const { total, perJob } = this.#capacity;
    return Math.min(perJob, total / this.#jobs.size);
  }

  #advance(): void {
    const { nowS } = this.#clock;
    if (this.#jobs.size > 0) {
      const got = (nowS - this.#sinceS) * this.#speed;
      this.#share += got;
      this.#used += got * this.#jobs.size;
    }
    this.#sinceS = nowS;
  }

  #planEnd(): void {
    const plan = ++this.#plan;
    const first = this.#jobs.leastKey;
    if (first === undefined) return;
    const delayS = Math.max(0, first - this.#share) / this.#speed;
    this.#clock.after(delayS, () => {
      if (plan === this.#plan) this.#finish(first);
    });
  }

  #finish(share: number): void {
    this.#advance();
    this.#share = Math.max(this.#share, share);
    const ended: (() => void)[] = [];
    const limit = this.#share * (1 + SAME);
    for (;;) {
      const next = this.#jobs.leastKey;
      const done = next === undefined || next > limit ? undefined : this.#jobs.pop();
      if (done === undefined) break;
      ended.push(done);
    }
    this.#planEnd();
    for (const done of ended) done();
  }
}
