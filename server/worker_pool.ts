import { CoreUsage } from "./core_usage.ts";
import type { Lessee } from "./lessee.ts";
import { HOPE_MS, ReleasePace } from "./release_pace.ts";
import { WorkerHandle, type WorkerHandleEvents } from "./worker_handle.ts";
import type { WorkerCounts, WorkerPoolOptions } from "./worker_pool_options.ts";

/** Workers that start at the same time: more only take the processor from those that serve. */
const MOST_STARTING = Math.max(2, navigator.hardwareConcurrency);
/**
 * So many start as soon as somebody waits. Without a throttle each core has one to run, and that is as many
 * as are served at once.
 */
const PROMPT_WORKERS = { unthrottled: MOST_STARTING, throttled: 2 * MOST_STARTING } as const;
/** An idle worker beyond the spare ones ends after this time. */
const TRIM_AFTER_MS = 30_000;
/** For workers to clean up when the pool stops; one that hangs is ended all the same. */
const STOP_TIMEOUT_MS = 2_000;
/** Ticks come once a second; what is beyond this was no time of the workers. */
const LONGEST_TICK_MS = 2_000;

interface Lease {
  readonly sinceMs: number;
  isLingering: boolean;
  isYielding: boolean;
}

/**
 * A bounded set of workers that are leased to connections in the order of their asking. Some stay
 * warm; more start on demand and end again when they idle.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #events: WorkerHandleEvents;
  readonly #starting = new Set<WorkerHandle>();
  /** Idle workers and since when, oldest first. */
  readonly #idle = new Map<WorkerHandle, number>();
  /** Leased, or cleaning up after a lease. */
  readonly #leased = new Set<WorkerHandle>();
  readonly #waiters: Lessee[] = [];
  readonly #toldPosition = new Map<Lessee, number>();
  /** Who has a worker, the longest lease first. */
  readonly #leases = new Map<Lessee, Lease>();
  #nextId = 1;
  #lastTickMs = performance.now();
  #isStopped = false;
  /** Called when all workers are idle. */
  #onQuiet: (() => void) | undefined;
  /** Workers lost before they were ready, in a row; each makes the pool wait for the next tick. */
  #failedStarts = 0;
  readonly #pace: ReleasePace;
  readonly #usage = new CoreUsage();
  #recheck: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#pace = new ReleasePace(this.#promptWorkers, HOPE_MS[flowOf(options)]);
    this.#events = {
      onReady: (handle): void => this.#onReady(handle),
      onReleased: (handle): void => this.#onReleased(handle),
      onLost: (handle, reason): void => this.#onLost(handle, reason),
      onFault: (handle, detail): void => options.onTrouble(handle.id, "fault", detail),
      onAudit: options.onAudit,
      onSyncState: (handle): void => void this.#syncState(handle),
    };
    this.#fill();
  }

  /** How many workers do what. */
  get counts(): WorkerCounts {
    return { leased: this.#leased.size, idle: this.#idle.size, limit: this.#options.limit };
  }

  /** Connections that wait for a worker. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** Asks for a worker; `onGranted` may be called before this returns. */
  request(lessee: Lessee): void {
    if (this.#options.isUnthrottled() && this.#waiters.length === 0) this.#pace.noteQueue();
    this.#waiters.push(lessee);
    this.#serve();
    this.tellPositions();
  }

  /** Leaves the queue. */
  cancel(lessee: Lessee): void {
    const index = this.#waiters.indexOf(lessee);
    if (index !== -1) this.#waiters.splice(index, 1);
    this.#toldPosition.delete(lessee);
  }

  /** Notes whether a connection keeps its worker only in case it needs it again. */
  setLingering(lessee: Lessee, isLingering: boolean): void {
    const lease = this.#leases.get(lessee);
    if (lease === undefined) return;
    lease.isLingering = isLingering;
    // Who waits only for a worker to start gets that one: its own next request is soon to come.
    if (isLingering && this.#waiters.length > this.#starting.size) lessee.giveUp();
  }

  /** Notes that a connection has released its worker, or lost it. */
  endLease(lessee: Lessee): void {
    this.#leases.delete(lessee);
  }

  /** Lets one worker remove what has expired in the state folder; says whether there was one. */
  sweep(): boolean {
    const [handle] = [...this.#idle.keys(), ...this.#leased];
    handle?.post({ type: "sweep" });
    return handle !== undefined;
  }

  /** Passes a message to every worker that serves somebody, but for the one that sent it. */
  broadcast(
    message: { readonly type: "yieldSession"; readonly session: string },
    sender: WorkerHandle | undefined,
  ): void {
    for (const handle of this.#leased) {
      if (handle !== sender) handle.post(message);
    }
  }

  /** Once a second: heartbeats, trimming, positions, and new starts after failed ones. */
  tick(nowMs: number): void {
    // A process that was suspended must not take its workers' silence in that time for their fault.
    const elapsedMs = Math.min(nowMs - this.#lastTickMs, LONGEST_TICK_MS);
    this.#lastTickMs = nowMs;
    this.#pace.adapt(this.#promptWorkers, HOPE_MS[flowOf(this.#options)]);
    for (const handle of [...this.#leased, ...this.#starting]) {
      handle.checkPulse(elapsedMs, this.#options.heartbeatMs);
    }
    for (const [handle, sinceMs] of this.#idle) {
      if (this.#idle.size <= this.#options.spare || nowMs - sinceMs < TRIM_AFTER_MS) break;
      this.#idle.delete(handle);
      handle.terminate();
    }
    if (this.#failedStarts > 0) this.#fill(true);
    if (this.#waiters.length === 0) this.#pace.noteCalm(this.#served);
    this.#endLongTurns(nowMs);
    this.tellPositions();
  }

  /** Ends all workers, once they have cleaned up and closed their files, or some seconds later. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#recheck);
    this.#waiters.length = 0;
    const quiet = Promise.withResolvers<void>();
    this.#onQuiet = quiet.resolve;
    this.#tellQuiet();
    const late = Promise.withResolvers<void>();
    const deadline = setTimeout(late.resolve, STOP_TIMEOUT_MS);
    const ended = quiet.promise.then(() =>
      Promise.all([...this.#idle.keys()].map((handle) => handle.end()))
    );
    await Promise.race([ended, late.promise]);
    clearTimeout(deadline);
    for (const handle of [...this.#starting, ...this.#idle.keys(), ...this.#leased]) {
      handle.terminate();
    }
  }

  /** Tells waiters their place, when all workers are taken and the place has changed. */
  tellPositions(): void {
    this.#waiters.slice(this.#startable).forEach((waiter, index) => {
      if (this.#toldPosition.get(waiter) === index + 1) return;
      this.#toldPosition.set(waiter, index + 1);
      waiter.onPosition(index + 1);
    });
  }

  /** Workers that idle, are starting or may be started. */
  get #startable(): number {
    return this.#options.limit - this.#leased.size;
  }

  /** Ends the longest leases, one for each connection that no start of a worker will serve. */
  #endLongTurns(nowMs: number): void {
    let wanted = this.#waiters.length - this.#startable;
    for (const [lessee, lease] of this.#leases) {
      if (wanted <= 0 || nowMs - lease.sinceMs < this.#options.turnMs) return;
      wanted--;
      if (lease.isYielding) continue;
      lease.isYielding = true;
      lessee.yieldTurn();
    }
  }

  #serve(): void {
    while (this.#waiters.length > 0) {
      // The worker that idled last: its memory is warmest, and the others may be trimmed.
      const handle = [...this.#idle.keys()].at(-1);
      if (handle === undefined) break;
      if (!this.#mayServe()) break;
      const waiter = this.#waiters.shift();
      if (waiter === undefined) break;
      this.#toldPosition.delete(waiter);
      this.#idle.delete(handle);
      this.#leased.add(handle);
      const sinceMs = performance.now();
      this.#leases.set(waiter, { sinceMs, isLingering: false, isYielding: false });
      waiter.onGranted(handle);
    }
    this.#fill();
    const missing = Math.max(0, this.#waiters.length - this.#starting.size);
    const lingerers = [...this.#leases].filter(([, lease]) => lease.isLingering);
    for (const [lingerer] of lingerers.slice(0, missing)) lingerer.giveUp();
  }

  #fill(afterFailure = false): void {
    this.#options.onLeased(this.#leased.size);
    if (this.#isStopped || (this.#failedStarts > 0 && !afterFailure)) return;
    const isHeldBack = this.#idle.size > 0 && this.#waiters.length > 0;
    if (isHeldBack) return this.#serveLater();
    const wanted = Math.max(this.#options.spare, this.#waiters.length);
    const givenUpAtOnce = [...this.#leases.values()].filter((lease) => lease.isLingering).length;
    while (
      this.#starting.size < MOST_STARTING &&
      this.#idle.size + givenUpAtOnce + this.#starting.size < wanted &&
      this.#idle.size + this.#starting.size + this.#leased.size < this.#options.limit
    ) {
      const count = this.#starting.size + this.#leased.size;
      if (count >= this.#promptWorkers) {
        if (this.#pace.isDraining(this.#waiters.length)) return this.#serveLater();
        if (this.#options.isUnthrottled()) this.#pace.noteGrowth();
      }
      const worker = this.#options.spawn();
      if (worker === undefined) return this.#serveLater();
      const start = this.#options.start(this.#nextId++);
      this.#starting.add(new WorkerHandle(worker, start, this.#events));
    }
  }

  #mayServe(): boolean {
    return !this.#options.isUnthrottled() || this.#pace.admits(this.#served, this.#waiters.length);
  }

  get #promptWorkers(): number {
    return PROMPT_WORKERS[flowOf(this.#options)];
  }

  get #served(): number {
    return [...this.#leases.values()].filter(({ isLingering }) => !isLingering).length;
  }

  #serveLater(): void {
    if (this.#recheck !== undefined) return;
    const { lookAgainMs } = this.#pace;
    const dueMs = performance.now() + lookAgainMs;
    this.#usage.share();
    this.#recheck = setTimeout(() => {
      this.#recheck = undefined;
      this.#pace.noteLoad(performance.now() - dueMs, this.#usage.share());
      this.#serve();
    }, lookAgainMs);
  }

  #onReady(handle: WorkerHandle): void {
    this.#failedStarts = 0;
    this.#starting.delete(handle);
    this.#idle.set(handle, performance.now());
    this.#serve();
    this.#tellQuiet();
  }

  async #syncState(handle: WorkerHandle): Promise<void> {
    const isDurable = await this.#options.syncState();
    handle.post({ type: "synced", isDurable });
  }

  #onReleased(handle: WorkerHandle): void {
    this.#leased.delete(handle);
    this.#idle.set(handle, performance.now());
    this.#pace.noteRelease();
    this.#serve();
    this.#tellQuiet();
  }

  #onLost(handle: WorkerHandle, reason: string): void {
    if (this.#starting.delete(handle)) this.#failedStarts++;
    this.#idle.delete(handle);
    this.#leased.delete(handle);
    this.#options.onTrouble(handle.id, "lost", reason);
    this.#fill();
    this.#tellQuiet();
  }

  #tellQuiet(): void {
    if (this.#leased.size === 0 && this.#starting.size === 0) this.#onQuiet?.();
  }
}

function flowOf({ isUnthrottled }: WorkerPoolOptions): keyof typeof HOPE_MS {
  return isUnthrottled() ? "unthrottled" : "throttled";
}
