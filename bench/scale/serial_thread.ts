import type { SharedResource } from "./shared_resource.ts";

interface Job {
  readonly cpuS: number;
  readonly done: () => void;
}

/** Jobs behind this many done ones are moved to the front of the list. */
const COMPACT_AT = 1024;

/** A thread that does one job after the other, in their order, on cores that it shares with others. */
export class SerialThread {
  readonly #cores: SharedResource;
  #jobs: Job[] = [];
  #next = 0;
  #isBusy = false;
  #cpuS = 0;

  constructor(cores: SharedResource) {
    this.#cores = cores;
  }

  /** Seconds of a core that its finished jobs took. */
  get cpuS(): number {
    return this.#cpuS;
  }

  /** Adds a job behind all others. */
  run(cpuS: number, done: () => void = () => {}): void {
    this.#jobs.push({ cpuS, done });
    if (!this.#isBusy) this.#begin();
  }

  #begin(): void {
    const job = this.#jobs[this.#next];
    if (job === undefined) {
      this.#jobs = [];
      this.#next = 0;
      return;
    }
    if (++this.#next > COMPACT_AT) {
      this.#jobs = this.#jobs.slice(this.#next);
      this.#next = 0;
    }
    this.#isBusy = true;
    this.#cores.submit(job.cpuS, () => {
      this.#isBusy = false;
      this.#cpuS += job.cpuS;
      job.done();
      // What has just been called may have begun the next job already.
      if (!this.#isBusy) this.#begin();
    });
  }
}
