import { getLogger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import { AGENT } from "#protocol/limits.ts";
import type { StatusResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { BUCKET_CELLS, TokenBucket } from "#protocol/token_bucket.ts";
import { BufferPool } from "./buffer_pool.ts";
import type { WorkerStart } from "./channel.ts";
import { Connection, type ConnectionContext } from "./connection.ts";
import { ConnectionLog } from "./connection_log.ts";
import { DescriptorReserve } from "./descriptor_reserve.ts";
import { LiveState } from "./live_state.ts";
import { countsOf, type FleetCounts, type FleetMember, FleetView } from "./processes/fleet.ts";
import { ownStateFolder } from "./root_claim.ts";
import type { ServerMember } from "./server.ts";
import { type ServerSettings, slowestRate } from "./server_options.ts";
import { StateSync } from "./state_sync.ts";
import { allocateGauge } from "./work_gauge.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Connections beyond the limit that are told `busy`; further ones are closed without a word. */
const MAX_REFUSALS = 64;
/** The same, when descriptors run out. */
const MAX_TIGHT_REFUSALS = 8;
const SWEEP_EVERY_MS = 3_600_000;

/** What a server begins with. */
export interface ServerPlace {
  /** Keeps root for it. */
  readonly claim: Disposable;
  /** Its place among the processes of the server. */
  readonly member: FleetMember | undefined;
  /** For its workers: `xxh128Module`. */
  readonly xxh128: WebAssembly.Module;
}

/** A server that accepts connections on the main thread. */
export class ListeningServer implements ServerMember {
  readonly hostname: string;
  readonly port: number;
  readonly root: string;
  readonly fleet: FleetView | undefined;
  readonly #claim: Disposable;
  readonly #xxh128: WebAssembly.Module;
  readonly #listener: Deno.TcpListener;
  readonly #settings: ServerSettings;
  readonly #logger = getLogger(["sluice", "server"]);
  readonly #pool: WorkerPool;
  readonly #reserve: DescriptorReserve;
  readonly #buffers = new BufferPool();
  readonly #connections = new Map<Connection, Promise<void>>();
  /** Connections that are open only to be told why not. */
  readonly #refused = new Set<Connection>();
  readonly #bucket = new SharedArrayBuffer(BUCKET_CELLS * 8);
  readonly #startedMs = performance.now();
  readonly #live = new LiveState({
    status: () => this.#ownStatus(),
    connections: () => this.#connections.keys(),
    complete: (own) => this.fleet?.snapshot(own) ?? own,
  });
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  /** Numbers of connections and workers tell those of one process from those of another. */
  #nextConnectionId: number;
  #lastSweepMs = 0;
  #lastTickMs = performance.now();
  /** Of the time before the last tick. */
  #stoodStillMs = 0;
  #isStopping = false;
  #stopped: Promise<void> | undefined;

  constructor(
    listener: Deno.TcpListener,
    settings: ServerSettings,
    { claim, member, xxh128 }: ServerPlace,
    spawn: () => Worker,
  ) {
    this.#claim = claim;
    this.#xxh128 = xxh128;
    this.fleet = member && new FleetView(member);
    this.#nextConnectionId = member?.index ?? 1;
    this.#listener = listener;
    this.#settings = settings;
    this.hostname = listener.addr.hostname;
    this.port = listener.addr.port;
    this.root = settings.root;
    new TokenBucket(new BigInt64Array(this.#bucket), () => 0).rate = settings.throttle.rate;
    const sync = new StateSync(settings.root);
    this.#reserve = new DescriptorReserve(settings.root);
    this.#pool = new WorkerPool({
      limit: settings.workers,
      spare: settings.spareWorkers,
      spawn: () => this.#reserve.takeRoomForWorker() ? spawn() : undefined,
      isUnthrottled: slowestRate(settings.throttle) === 0 && settings.throttle.chunkDelayMs === 0,
      heartbeatMs: settings.timeouts.heartbeatMs,
      turnMs: settings.timeouts.turnMs,
      start: (count) => this.#workerStart(count),
      syncState: () => sync.sync(),
      onLeased: (count) => this.#live.setLeased(count),
      onTrouble: (worker, what, detail) =>
        this.#logger.error("worker {worker}: {what}: {detail}", {
          worker,
          what,
          detail: escapeText(detail),
        }),
    });
    this.#ticker = setInterval(() => this.#tick(), settings.timeouts.tickMs);
    this.#accepting = this.#accept();
  }

  /** What a worker is told first. */
  #workerStart(number: number): WorkerStart {
    const { root, shared, throttle, timeouts, trashKeepBytes, mayCompress } = this.#settings;
    const member = this.fleet?.member;
    return {
      type: "start",
      workerId: (number - 1) * (member?.count ?? 1) + (member?.index ?? 1),
      root,
      place: {
        ownStatePath: ownStateFolder(root, shared),
        hasOtherServers: shared !== undefined,
      },
      hasOthers: member !== undefined || shared !== undefined,
      serverBucket: this.#bucket,
      counters: this.#live.sharedCounters,
      gauge: allocateGauge(),
      xxh128: this.#xxh128,
      throttle,
      mayCompress,
      stallTimeoutMs: timeouts.stallMs,
      uploadKeepMs: timeouts.uploadKeepMs,
      trashKeepMs: timeouts.trashKeepMs,
      trashKeepBytes,
      historyKeepMs: timeouts.historyKeepMs,
    };
  }

  status(): StatusResult {
    const own = this.#ownStatus();
    return this.fleet?.status(own) ?? own;
  }

  get isWatched(): boolean {
    return this.#connections.keys().some((connection) => connection.isWatching);
  }

  counts(hasOperations: boolean): FleetCounts {
    return countsOf(this.#live.own({ hasOperations }));
  }

  #ownStatus(): StatusResult {
    const { throttle, maxConnections, shared } = this.#settings;
    return {
      agent: AGENT,
      ...(shared === undefined ? {} : { serverName: shared }),
      uptimeSeconds: (performance.now() - this.#startedMs) / 1000,
      connections: this.#connections.size,
      maxConnections,
      workers: this.#pool.counts,
      waiting: this.#pool.waiting,
      transfers: [...this.#connections.keys()].filter((connection) => connection.isServed).length,
      throttle,
    };
  }

  stop(graceMs: number = this.#settings.timeouts.graceMs): Promise<void> {
    if (this.#stopped !== undefined) {
      for (const connection of this.#connections.keys()) connection.abort("the server was stopped");
      return this.#stopped;
    }
    this.#stopped = this.#stop(graceMs);
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(0);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#logger.info("stopping: {working} connections are at work", {
      working: this.status().transfers,
    });
    const deadline = setTimeout(() => {
      for (const connection of this.#connections.keys()) connection.abort("the server was stopped");
    }, graceMs);
    // Whoever is told `stopping` finds the port closed, not a queue that nobody will accept.
    this.#listener.close();
    await this.#accepting;
    this.#endIdle();
    await Promise.all(this.#connections.values());
    clearTimeout(deadline);
    clearInterval(this.#ticker);
    await this.#pool.stop();
    this.#claim[Symbol.dispose]();
    this.#logger.info("stopped");
  }

  /** Ends connections that are not being served; while stopping this runs each tick. */
  #endIdle(): void {
    for (const connection of this.#connections.keys()) {
      if (!connection.isServed) {
        void connection.end(new SluiceError("stopping", "Cannot go on: the server is stopping"));
      }
    }
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#live.tick(nowMs);
    const { tickMs } = this.#settings.timeouts;
    // Time in which this process stood still is nobody's silence: not at this tick, and not at the
    // next one either, by which what arrived meanwhile is read.
    const stoodStillMs = Math.max(0, nowMs - this.#lastTickMs - 2 * tickMs);
    const attendedMs = nowMs - stoodStillMs - this.#stoodStillMs;
    for (const connection of this.#connections.keys()) connection.tick(attendedMs);
    this.#lastTickMs = nowMs;
    this.#stoodStillMs = stoodStillMs;
    this.#reserve.forget();
    this.#pool.tick(nowMs);
    if (this.#isStopping) this.#endIdle();
    // Root is the same for all processes: one of them cleans up.
    if ((this.fleet?.member.index ?? 1) > 1) return;
    const isSweepDue = this.#lastSweepMs === 0 || nowMs - this.#lastSweepMs > SWEEP_EVERY_MS;
    if (isSweepDue && this.#pool.sweep()) this.#lastSweepMs = nowMs;
  }

  async #accept(): Promise<void> {
    while (!this.#isStopping) {
      try {
        this.#open(await this.#listener.accept());
      } catch (error) {
        if (this.#isStopping) return;
        // A peer that left before it was accepted keeps nobody waiting: one that does so again and
        // again could keep everybody.
        if (hasLeft(error)) continue;
        // Out of descriptors: others are served on, and what they free can be used in a moment.
        this.#logger.warn("cannot accept a connection: {reason}", { reason: String(error) });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #open(conn: Deno.TcpConn): void {
    const { maxConnections } = this.#settings;
    if (this.#connections.size >= maxConnections + MAX_REFUSALS) return conn.close();
    // Those that are being refused do not count: clients that try again must not keep it full.
    const isOver = this.#connections.size - this.#refused.size >= maxConnections;
    const { leased, idle } = this.#pool.counts;
    const isTight = !this.#reserve.hasRoomForConnection(this.#connections.size, leased + idle);
    // Whoever is told why takes a descriptor until then.
    if (isTight && this.#refused.size >= MAX_TIGHT_REFUSALS) return conn.close();
    const id = this.#nextConnectionId;
    this.#nextConnectionId += this.fleet?.member.count ?? 1;
    const peer = `${conn.remoteAddr.hostname}:${conn.remoteAddr.port}`;
    const context: ConnectionContext = {
      pool: this.#pool,
      buffers: this.#buffers,
      timeouts: this.#settings.timeouts,
      mayCompress: this.#settings.mayCompress,
      rate: slowestRate(this.#settings.throttle),
      log: new ConnectionLog(this.#logger, id, peer),
      peer,
      refusal: () => isTight ? tooManyFiles() : isOver ? tooMany(maxConnections) : undefined,
      flow: this.#live.flow,
      status: () => this.status(),
      snapshot: () => this.#live.snapshot(),
    };
    const connection = new Connection(id, conn, context);
    if (isOver || isTight) this.#refused.add(connection);
    const running = connection.run().finally(() => {
      this.#connections.delete(connection);
      this.#refused.delete(connection);
    });
    this.#connections.set(connection, running);
  }
}

/** Whether a peer ended its connection before it was accepted; Deno asks for its address then. */
function hasLeft(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.ConnectionAborted;
}

function tooManyFiles(): SluiceError {
  return new SluiceError(
    "busy",
    "Cannot serve this connection: the server has too many files open; try again later",
  );
}

function tooMany(maxConnections: number): SluiceError {
  return new SluiceError(
    "busy",
    `Cannot serve this connection: ${maxConnections} are open already; try again later`,
  );
}
