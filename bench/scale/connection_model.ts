import type { EventClock } from "./event_clock.ts";
import type { Lessee, PoolModel } from "./pool_model.ts";

/** A request that waits for the connection's worker. */
export interface PendingRequest {
  /** When it was sent. */
  readonly sentS: number;
  /** Begins to serve it; calls back when the worker is done with it. `isFirst` of a lease. */
  readonly serve: (isFirst: boolean, done: () => void) => void;
  /** Hears of the seconds from sending to the worker. */
  readonly onWorker: (waitedS: number) => void;
}

/** A connection of a server process: its requests one by one, on a worker that it has for a while. */
export class ConnectionModel implements Lessee {
  readonly #clock: EventClock;
  readonly #pool: PoolModel;
  readonly #pending: PendingRequest[] = [];
  #state: "none" | "waiting" | "idle" | "working" = "none";
  /** Whether its worker has not done anything for it yet. */
  #isNewLease = false;

  constructor(clock: EventClock, pool: PoolModel) {
    this.#clock = clock;
    this.#pool = pool;
  }

  /** A request has arrived. */
  ask(request: PendingRequest): void {
    this.#pending.push(request);
    this.#next();
  }

  onGranted(): void {
    this.#state = "idle";
    this.#isNewLease = true;
    this.#next();
  }

  onRevoked(): void {
    this.#state = "none";
  }

  /** It has closed between two requests. */
  close(): void {
    this.#pool.release(this);
    this.#state = "none";
  }

  #next(): void {
    if (this.#pending.length === 0) {
      if (this.#state === "idle") this.#pool.noteIdle(this);
      return;
    }
    if (this.#state === "idle" && this.#pool.isYielding(this)) {
      this.#state = "none";
      this.#pool.release(this);
    }
    if (this.#state === "none") {
      this.#state = "waiting";
      this.#pool.request(this);
      return;
    }
    if (this.#state === "idle") this.#serve();
  }

  #serve(): void {
    const request = this.#pending.shift();
    if (request === undefined) return;
    this.#state = "working";
    this.#pool.noteWork(this);
    request.onWorker(this.#clock.nowS - request.sentS);
    const isFirst = this.#isNewLease;
    this.#isNewLease = false;
    request.serve(isFirst, () => {
      this.#state = "idle";
      this.#next();
    });
  }
}
