import type { EventClock } from "./event_clock.ts";
import type { SharedResource } from "./shared_resource.ts";

/** Watches what share of a resource is in use, as `server/core_usage.ts` does for real cores. */
export class UsageMeter {
  readonly #clock: EventClock;
  readonly #resource: SharedResource;
  #lastS = 0;
  #lastUsed = 0;

  constructor(clock: EventClock, resource: SharedResource) {
    this.#clock = clock;
    this.#resource = resource;
  }

  /** The share since the last call, 0 to 1; 0 when no time has passed. */
  share(): number {
    const [{ nowS }, { used, total }] = [this.#clock, this.#resource];
    const [passedS, got] = [nowS - this.#lastS, used - this.#lastUsed];
    [this.#lastS, this.#lastUsed] = [nowS, used];
    return passedS > 0 ? got / passedS / total : 0;
  }
}
