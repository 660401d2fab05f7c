import { ReleasePace } from "#server/release_pace.ts";
import type { EventClock } from "./event_clock.ts";
import type { PoolPolicy } from "./pool_policy.ts";

const TICK_S = 1;
/** A timer never wakes early, and seldom to the moment. */
const TIMER_S = 0.001;

/** A connection as the pool sees it. */
export interface Lessee {
  /** It has a worker from now on. */
  onGranted(): void;
  /** Its worker is gone; only a lease without work loses it. */
  onRevoked(): void;
}

interface Lease {
  readonly sinceS: number;
  /** Since when it has had nothing to do. */
  idleSinceS: number | undefined;
  isYielding: boolean;
}

/** What a pool has done on the threads of its server. */
export interface PoolThreads {
  /** Starts a worker and calls back when it is ready. */
  readonly start: (ready: () => void) => void;
  /** Calls back when the main thread has done what it has before. */
  readonly whenFree: (action: () => void) => void;
  /** What share of the cores was used since the last call. */
  readonly usedShare: () => number;
}

/**
 * The worker pool of a server process, by the rules of server/worker_pool.ts and with the server's own
 * `ReleasePace`: who waits, who has a worker, when one more starts and when one ends.
 */
export class PoolModel {
  readonly #clock: EventClock;
  readonly #policy: PoolPolicy;
  readonly #threads: PoolThreads;
  readonly #pace: ReleasePace;
  readonly #waiters: Lessee[] = [];
  readonly #leases = new Map<Lessee, Lease>();
  /** Since when each idle worker idles, oldest first. */
  #idleSinceS: number[] = [];
  #starting = 0;
  #isRechecking = false;
  #started = 0;
  #most = 0;

  constructor(clock: EventClock, policy: PoolPolicy, threads: PoolThreads) {
    this.#clock = clock;
    this.#policy = policy;
    this.#threads = threads;
    this.#pace = new ReleasePace(policy.prompt, policy.hopeMs, () => clock.nowS * 1000);
    this.#fill();
    this.#tick();
  }

  /** Workers that are there or starting. */
  get workers(): number {
    return this.#starting + this.#idleSinceS.length + this.#leases.size;
  }

  /** Workers that serve somebody, or linger. */
  get leased(): number {
    return this.#leases.size;
  }

  /** Most workers that were there at the same time. */
  get mostWorkers(): number {
    return this.#most;
  }

  /** Workers that were started. */
  get startedWorkers(): number {
    return this.#started;
  }

  /** Connections that wait. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** Asks for a worker. */
  request(lessee: Lessee): void {
    if (this.#policy.isUnthrottled && this.#waiters.length === 0) this.#pace.noteQueue();
    this.#waiters.push(lessee);
    this.#serve();
  }

  /** Notes that a connection has work for the worker that it has kept. */
  noteWork(lessee: Lessee): void {
    const lease = this.#leases.get(lessee);
    if (lease !== undefined) lease.idleSinceS = undefined;
  }

  /** Notes that a connection has no work at the moment; it may lose its worker now or later. */
  noteIdle(lessee: Lessee): void {
    const lease = this.#leases.get(lessee);
    if (lease === undefined) return;
    lease.idleSinceS = this.#clock.nowS;
    if (lease.isYielding || this.#waiters.length > this.#starting) this.#revoke(lessee);
  }

  /** Whether a connection has had its turn and must ask anew before its next request. */
  isYielding(lessee: Lessee): boolean {
    return this.#leases.get(lessee)?.isYielding ?? false;
  }

  /** Ends a lease: the connection has closed, or has had its turn. */
  release(lessee: Lessee): void {
    if (!this.#leases.delete(lessee)) return;
    this.#idleSinceS.push(this.#clock.nowS);
    this.#pace.noteRelease();
    this.#serve();
  }

  #revoke(lessee: Lessee): void {
    lessee.onRevoked();
    this.release(lessee);
  }

  #serve(): void {
    while (this.#idleSinceS.length > 0 && this.#waiters.length > 0 && this.#mayServe()) {
      const waiter = this.#waiters.shift();
      if (waiter === undefined) break;
      this.#idleSinceS.pop();
      const sinceS = this.#clock.nowS;
      this.#leases.set(waiter, { sinceS, idleSinceS: undefined, isYielding: false });
      waiter.onGranted();
    }
    this.#fill();
    const missing = Math.max(0, this.#waiters.length - this.#starting);
    if (missing === 0) return;
    const lingerers = [...this.#leases].filter(([, lease]) => lease.idleSinceS !== undefined);
    for (const [lessee] of lingerers.slice(0, missing)) this.#revoke(lessee);
  }

  #mayServe(): boolean {
    if (!this.#policy.isUnthrottled) return true;
    return this.#pace.admits(this.#leases.size - this.#lingering, this.#waiters.length);
  }

  get #lingering(): number {
    let lingering = 0;
    for (const { idleSinceS } of this.#leases.values()) if (idleSinceS !== undefined) lingering++;
    return lingering;
  }

  #fill(): void {
    const { spare, mostStarting, limit, prompt, isUnthrottled } = this.#policy;
    const isHeldBack = this.#idleSinceS.length > 0 && this.#waiters.length > 0;
    if (isHeldBack) return this.#serveLater();
    const wanted = Math.max(spare, this.#waiters.length);
    const lingering = this.#lingering;
    while (
      this.#starting < mostStarting &&
      this.#idleSinceS.length + lingering + this.#starting < wanted && this.workers < limit
    ) {
      if (this.#starting + this.#leases.size >= prompt) {
        if (this.#pace.isDraining(this.#waiters.length)) return this.#serveLater();
        if (isUnthrottled) this.#pace.noteGrowth();
      }
      this.#starting++;
      this.#started++;
      this.#most = Math.max(this.#most, this.workers);
      this.#threads.start(() => {
        this.#starting--;
        this.#idleSinceS.push(this.#clock.nowS);
        this.#serve();
      });
    }
  }

  /** Looks again after a while, or later if the main thread has too much to do. */
  #serveLater(): void {
    if (this.#isRechecking) return;
    this.#isRechecking = true;
    const waitS = this.#pace.lookAgainMs / 1000;
    const dueS = this.#clock.nowS + waitS;
    this.#threads.usedShare();
    this.#clock.after(waitS + TIMER_S, () =>
      this.#threads.whenFree(() => {
        this.#isRechecking = false;
        this.#pace.noteLoad((this.#clock.nowS - dueS) * 1000, this.#threads.usedShare());
        this.#serve();
      }));
  }

  #tick(): void {
    this.#clock.after(TICK_S, () => {
      this.#endLingering();
      this.#trim();
      if (this.#waiters.length === 0) {
        this.#pace.noteCalm(this.#leases.size - this.#lingering);
      }
      this.#endLongTurns();
      this.#tick();
    });
  }

  #endLingering(): void {
    const limitS = this.#clock.nowS - this.#policy.lingerS;
    for (const [lessee, { idleSinceS }] of [...this.#leases]) {
      if (idleSinceS !== undefined && idleSinceS < limitS) this.#revoke(lessee);
    }
  }

  #trim(): void {
    const limitS = this.#clock.nowS - this.#policy.trimS;
    const old = this.#idleSinceS.filter((sinceS) => sinceS <= limitS).length;
    const extra = this.#idleSinceS.length - this.#policy.spare;
    this.#idleSinceS = this.#idleSinceS.slice(Math.max(0, Math.min(old, extra)));
  }

  #endLongTurns(): void {
    let wanted = this.#waiters.length - (this.#policy.limit - this.#leases.size);
    for (const lease of this.#leases.values()) {
      if (wanted <= 0 || this.#clock.nowS - lease.sinceS < this.#policy.turnS) return;
      wanted--;
      lease.isYielding = true;
    }
  }
}
