import { getLogger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import { AGENT } from "#protocol/limits.ts";
import type { StatusResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { BufferPool } from "./buffer_pool.ts";
import { Connection, type ConnectionContext } from "./connection.ts";
import { ConnectionLog } from "./connection_log.ts";
import type { LiveControls } from "./live_controls.ts";
import { LiveState } from "./live_state.ts";
import { type MetricsAddress, ServerMetrics } from "./metrics/server_metrics.ts";
import { prepareRoot } from "./prepare_root.ts";
import { ServerControls } from "./server_controls.ts";
import { completeSettings, type ServerOptions, type ServerSettings } from "./server_options.ts";
import { StateSync } from "./state_sync.ts";
import { serveThrottle } from "./throttle_request.ts";
import { tooManyConnections } from "./too_many_connections.ts";
import { allocateGauge } from "./work_gauge.ts";
import { workerPermissions } from "./worker_permissions.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Connections beyond the limit that are told `busy`; further ones are closed without a word. */
const MAX_REFUSALS = 64;
const SWEEP_EVERY_MS = 3_600_000;

/** A running server. */
export interface Server extends AsyncDisposable {
  /** The address that it listens on. */
  readonly hostname: string;
  /** The port, also when 0 was asked for. */
  readonly port: number;
  /** Real path of the folder that it serves. */
  readonly root: string;
  /** The same that a STATUS request gets. */
  status(): StatusResult;
  /** Where metrics are served, when they are. */
  readonly metricsAddress: MetricsAddress | undefined;
  /** What can be changed while it runs. */
  readonly controls: LiveControls;
  /**
   * Stops: accepts no more, lets transfers finish, closes. Calling it again while it waits closes at once.
   *
   * @param graceMs Longest wait for transfers. @default 10_000
   */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Starts a server. It has no effect on the process besides its socket, its workers and root.
 *
 * @param options Where to listen, what to serve, and the limits.
 * @returns The server, accepting connections.
 * @throws {RangeError} When a setting is out of its range.
 * @throws {SluiceError} `not_a_folder` or `permission_denied` when root cannot be served.
 * @throws {Deno.errors.AddrInUse} When the port is taken.
 */
export function startServer(options: ServerOptions): Promise<Server> {
  return startServerWith(options, spawnWorker);
}

/**
 * Starts a server whose workers run another module; for tests of what happens when one fails.
 *
 * @param options As for {@linkcode startServer}.
 * @param spawn Makes a worker that may use root and nothing else.
 * @returns The server, accepting connections.
 */
export async function startServerWith(
  options: ServerOptions,
  spawn: (root: string) => Worker,
): Promise<Server> {
  const settings = completeSettings(options);
  const root = await prepareRoot(settings.root);
  await using stack = new AsyncDisposableStack();
  const controls = stack.use(await ServerControls.open({ ...settings, root }));
  const { host: hostname, port } = settings;
  const listener = stack.adopt(Deno.listen({ hostname, port }), (listener) => listener.close());
  const server = new ListeningServer(listener, { ...settings, root }, controls, () => spawn(root));
  stack.move();
  return server;
}

/** Spawns the real worker in its sandbox: root and the state folder in it, nothing else. */
function spawnWorker(root: string): Worker {
  return new Worker(new URL("./worker/main.ts", import.meta.url), {
    type: "module",
    name: "sluice-worker",
    deno: { permissions: workerPermissions(root) },
  });
}

class ListeningServer implements Server {
  readonly hostname: string;
  readonly port: number;
  readonly root: string;
  readonly #listener: Deno.TcpListener;
  readonly #settings: ServerSettings;
  readonly #logger = getLogger(["sluice", "server"]);
  readonly #pool: WorkerPool;
  readonly #buffers = new BufferPool();
  readonly #connections = new Map<Connection, Promise<void>>();
  /** Connections that are open only to be told why not. */
  readonly #refused = new Set<Connection>();
  readonly controls: ServerControls;
  readonly #startedMs = performance.now();
  readonly #live = new LiveState({
    status: () => this.status(),
    connections: () => this.#connections.keys(),
  });
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  readonly #metrics: ServerMetrics | undefined;
  #workersLost = 0;
  #nextConnectionId = 1;
  #lastSweepMs = 0;
  #lastTickMs = performance.now();
  /** Of the time before the last tick. */
  #stoodStillMs = 0;
  #isStopping = false;
  #stopped: Promise<void> | undefined;

  constructor(
    listener: Deno.TcpListener,
    settings: ServerSettings,
    controls: ServerControls,
    spawn: () => Worker,
  ) {
    this.#listener = listener;
    this.controls = controls;
    this.#settings = settings;
    this.hostname = listener.addr.hostname;
    this.port = listener.addr.port;
    this.root = settings.root;
    this.#metrics = settings.metrics && new ServerMetrics(settings.metrics, {
      ...this.#live,
      controls,
      status: () => this.status(),
      totals: () => ({ accepted: this.#nextConnectionId - 1, workersLost: this.#workersLost }),
      isStopping: () => this.#isStopping,
    });
    const sync = new StateSync(settings.root);
    this.#pool = new WorkerPool({
      limit: settings.workers,
      spare: settings.spareWorkers,
      spawn,
      heartbeatMs: settings.timeouts.heartbeatMs,
      turnMs: settings.timeouts.turnMs,
      start: (workerId) => ({
        type: "start",
        workerId,
        root: settings.root,
        ...controls.forWorkers,
        counters: this.#live.sharedCounters,
        gauge: allocateGauge(),
        stallTimeoutMs: settings.timeouts.stallMs,
        uploadKeepMs: settings.timeouts.uploadKeepMs,
        trashKeepMs: settings.timeouts.trashKeepMs,
        trashKeepBytes: settings.trashKeepBytes,
        historyKeepMs: settings.timeouts.historyKeepMs,
      }),
      syncState: () => sync.sync(),
      onAudit: (lines) => controls.addAuditLines(lines),
      onTrouble: (worker, what, detail) => {
        if (what === "lost") this.#workersLost++;
        this.#logger.error("worker {worker}: {what}: {detail}", {
          worker,
          what,
          detail: escapeText(detail),
        });
      },
    });
    this.#ticker = setInterval(() => this.#tick(), settings.timeouts.tickMs);
    this.#accepting = this.#accept();
  }

  get metricsAddress(): MetricsAddress | undefined {
    return this.#metrics?.address;
  }

  status(): StatusResult {
    const { maxConnections, throttle } = this.controls;
    return {
      agent: AGENT,
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
    this.#metrics?.[Symbol.dispose]();
    await this.controls[Symbol.asyncDispose]();
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
    void this.controls.tick();
    const { tickMs } = this.#settings.timeouts;
    // Time in which this process stood still is nobody's silence: not at this tick, and not at the
    // next one either, by which what arrived meanwhile is read.
    const stoodStillMs = Math.max(0, nowMs - this.#lastTickMs - 2 * tickMs);
    const attendedMs = nowMs - stoodStillMs - this.#stoodStillMs;
    for (const connection of this.#connections.keys()) connection.tick(attendedMs);
    this.#lastTickMs = nowMs;
    this.#stoodStillMs = stoodStillMs;
    this.#pool.tick(nowMs);
    if (this.#isStopping) this.#endIdle();
    const isSweepDue = this.#lastSweepMs === 0 || nowMs - this.#lastSweepMs > SWEEP_EVERY_MS;
    if (isSweepDue && this.#pool.sweep()) this.#lastSweepMs = nowMs;
  }

  async #accept(): Promise<void> {
    while (!this.#isStopping) {
      try {
        this.#open(await this.#listener.accept());
      } catch (error) {
        if (this.#isStopping) return;
        // Out of descriptors, or a peer that left before it was accepted: others are served on.
        this.#logger.warn("cannot accept a connection: {reason}", { reason: String(error) });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #open(conn: Deno.TcpConn): void {
    const { maxConnections } = this.controls;
    if (this.#connections.size >= maxConnections + MAX_REFUSALS) return conn.close();
    // Those that are being refused do not count: clients that try again must not keep it full.
    const isOver = this.#connections.size - this.#refused.size >= maxConnections;
    const id = this.#nextConnectionId++;
    const peer = `${conn.remoteAddr.hostname}:${conn.remoteAddr.port}`;
    const log = new ConnectionLog(this.#logger, id, peer, this.controls);
    const context: ConnectionContext = {
      pool: this.#pool,
      buffers: this.#buffers,
      timeouts: this.#settings.timeouts,
      log,
      throttle: (change) => serveThrottle(this.controls, change, { peer, log }),
      peer,
      refusal: () => isOver ? tooManyConnections(maxConnections) : undefined,
      flow: this.#live.flow,
      status: () => this.status(),
      snapshot: () => this.#live.snapshot(),
    };
    const connection = new Connection(id, conn, context);
    if (isOver) this.#refused.add(connection);
    const running = connection.run().finally(() => {
      this.#connections.delete(connection);
      this.#refused.delete(connection);
    });
    this.#connections.set(connection, running);
  }
}
