import { getLogger } from "@logtape/logtape";
import { AGENT } from "#protocol/limits.ts";
import type { StatusResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { AccessControl } from "./access/access_control.ts";
import { accessControlOf } from "./access/access_control_of.ts";
import { ConnectionAccess } from "./access/connection_access.ts";
import type { AdmissionSnapshot } from "./admission/admission_counts.ts";
import { FrontDoor, type Load } from "./admission/front_door.ts";
import { acceptConnections } from "./accept_connections.ts";
import { AttendedTime } from "./attended_time.ts";
import { BufferPool } from "./buffer_pool.ts";
import { Connection, type ConnectionContext } from "./connection.ts";
import { ConnectionLog } from "./connection_log.ts";
import { DescriptorReserve } from "./descriptor_reserve.ts";
import { arrivalOf, type Guest, WAS_STOPPED } from "./guest.ts";
import { ALL, SharedRooms } from "./limits/shared_rooms.ts";
import { LiveState } from "./live_state.ts";
import type { ObservedCounts } from "./metrics/observed_counts.ts";
import type { MetricsAddress } from "./metrics/server_metrics.ts";
import { ServerObserver } from "./metrics/server_observer.ts";
import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import type { PortListener } from "./port_listener.ts";
import { countsOf, type FleetCounts, FleetView } from "./processes/fleet.ts";
import { FleetThrottle } from "./processes/fleet_throttle.ts";
import type { ServerMember } from "./server.ts";
import type { ServerControls } from "./server_controls.ts";
import type { ServerPlace } from "./server_place.ts";
import { openServerPool } from "./server_pool.ts";
import { type ServerSettings, slowestRate } from "./server_options.ts";
import { serveThrottle, type ThrottleControls } from "./throttle_request.ts";
import type { WorkerPool } from "./worker_pool.ts";

const SWEEP_EVERY_MS = 3_600_000;

/** A server that accepts connections on the main thread. */
export class ListeningServer implements ServerMember {
  readonly hostname: string;
  readonly port: number;
  readonly root: string;
  readonly fleet: FleetView | undefined;
  readonly controls: ServerControls;
  readonly #throttle: ThrottleControls;
  readonly #claim: Disposable;
  readonly #listener: PortListener;
  readonly #settings: ServerSettings;
  readonly #logger = getLogger(["sluice", "server"]);
  readonly #access: AccessControl;
  readonly #pool: WorkerPool;
  readonly #reserve: DescriptorReserve;
  readonly #buffers = new BufferPool();
  readonly #connections = new Map<Connection, Promise<void>>();
  readonly #door: FrontDoor;
  readonly #observer: ServerObserver;
  readonly #rooms = new SharedRooms(() => [
    [ALL, this.controls.roomMemory],
    ...this.#access.rooms,
  ]);
  readonly #startedMs = performance.now();
  readonly #live = new LiveState({
    status: () => this.#ownStatus(),
    connections: () => this.#connections.keys(),
    complete: (own, viewer) => this.fleet?.snapshot(own, viewer) ?? own,
  });
  readonly #attended: AttendedTime;
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  /** Numbers of connections and workers tell those of one process from those of another. */
  #nextConnectionId: number;
  /** Since the start. */
  #accepted = 0;
  #workersLost = 0;
  #lastSweepMs = 0;
  #isStopping = false;
  #stopped: Promise<void> | undefined;

  constructor(
    listener: PortListener,
    settings: ServerSettings,
    place: ServerPlace,
    spawn: () => Worker,
  ) {
    const { claim, member, controls, onThrottle } = place;
    this.#claim = claim;
    this.controls = controls;
    this.fleet = member && new FleetView(member);
    this.#throttle = this.fleet === undefined
      ? controls
      : new FleetThrottle(controls, this.fleet, (change) => onThrottle?.(change));
    this.#nextConnectionId = member?.index ?? 1;
    this.#listener = listener;
    this.#settings = settings;
    this.hostname = listener.addr.hostname;
    this.port = listener.addr.port;
    this.root = settings.root;
    this.#access = accessControlOf(settings, this.#logger);
    this.#reserve = new DescriptorReserve(settings.root);
    this.#door = new FrontDoor(settings, this.#reserve, this.#logger);
    this.#observer = new ServerObserver({
      controls,
      counts: () => this.#live.own({ hasOperations: false }),
      totals: () => ({
        accepted: this.#accepted,
        admission: this.admission(),
        unfinished: this.#door.unfinished,
        workersLost: this.#workersLost,
      }),
      isStopping: () => this.#isStopping,
    }, { address: settings.metrics, isMember: member !== undefined });
    this.#pool = openServerPool({
      settings,
      place,
      live: this.#live,
      reserve: this.#reserve,
      logger: this.#logger,
      spawn,
      onWorkerLost: () => this.#workersLost++,
    });
    this.#attended = new AttendedTime(settings.timeouts.tickMs);
    this.#ticker = setInterval(() => this.#tick(), settings.timeouts.tickMs);
    const isStopping = (): boolean => this.#isStopping;
    this.#accepting = acceptConnections(listener, {
      isStopping,
      untilRoom: () => this.#door.untilRoom(() => this.#load(), isStopping),
      open: (conn) => this.#open(conn),
      logger: this.#logger,
    });
  }

  get metricsAddress(): MetricsAddress | undefined {
    return this.#observer.address;
  }

  status(): StatusResult {
    const own = this.#ownStatus();
    return this.fleet?.status(own) ?? own;
  }

  get isWatched(): boolean {
    return this.#connections.keys().some((connection) => connection.isWatching);
  }

  counts(hasOperations: boolean): FleetCounts {
    return countsOf(this.#live.own({ hasOperations }), this.#rooms.written);
  }

  noteOthers(others: FleetCounts, running: number): void {
    this.fleet?.update(others, running);
    this.#rooms.note(others.written);
  }

  get observed(): ObservedCounts | undefined {
    return this.#observer.counts;
  }

  /** Open connections, and handshakes that may still become some. */
  get #size(): number {
    return this.#connections.size + this.#door.entrance.awaited;
  }

  #ownStatus(): StatusResult {
    const { throttle, maxConnections } = this.controls;
    const { shared } = this.#settings;
    return {
      agent: AGENT,
      ...(shared === undefined ? {} : { serverName: shared }),
      uptimeSeconds: (performance.now() - this.#startedMs) / 1000,
      connections: this.#size,
      maxConnections,
      workers: this.#pool.counts,
      waiting: this.#pool.waiting,
      transfers: [...this.#connections.keys()].filter((connection) => connection.isServed).length,
      throttle,
    };
  }

  admission(): AdmissionSnapshot {
    return this.#door.counts.snapshot();
  }

  renewCertificate(tls: TlsCertificate): void {
    this.#listener.renew(tls);
    this.#logger.info("new connections get another certificate");
  }

  stop(graceMs: number = this.#settings.timeouts.graceMs): Promise<void> {
    if (this.#stopped === undefined) this.#stopped = this.#stop(graceMs);
    else this.#abortAll();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(0);
  }

  async #stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const working = this.status().transfers;
    this.#logger.info("stopping: {working} connections are at work", { working });
    const deadline = setTimeout(() => this.#abortAll(), graceMs);
    // Whoever is told `stopping` finds the port closed, not a queue that nobody will accept.
    this.#listener.close();
    await this.#accepting;
    const isShut = this.#door.stop();
    this.#endIdle();
    await Promise.all([...this.#connections.values(), isShut]);
    clearTimeout(deadline);
    clearInterval(this.#ticker);
    await this.#pool.stop();
    this.#observer[Symbol.dispose]();
    await this.controls[Symbol.asyncDispose]();
    this.#claim[Symbol.dispose]();
    this.#logger.info("stopped");
  }

  #abortAll(): void {
    for (const connection of this.#connections.keys()) connection.abort(WAS_STOPPED);
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
    this.#access.refresh();
    void this.controls.tick();
    const attendedMs = this.#attended.look(nowMs);
    for (const connection of this.#connections.keys()) connection.tick(attendedMs);
    this.#reserve.forget();
    this.#door.tick(attendedMs);
    this.#pool.tick(nowMs);
    if (this.#isStopping) this.#endIdle();
    // Root is the same for all processes: one of them cleans up.
    if ((this.fleet?.member.index ?? 1) > 1) return;
    const isSweepDue = this.#lastSweepMs === 0 || nowMs - this.#lastSweepMs > SWEEP_EVERY_MS;
    if (isSweepDue && this.#pool.sweep()) this.#lastSweepMs = nowMs;
  }

  #load(): Load {
    const { leased, idle } = this.#pool.counts;
    const { maxConnections } = this.controls;
    return { connections: this.#size, maxConnections, workers: leased + idle };
  }

  #open(conn: Deno.TcpConn | Deno.TlsConn): void {
    this.#accepted++;
    const entry = this.#door.open(conn, this.#load());
    if (entry === undefined) return;
    const id = this.#nextConnectionId;
    this.#nextConnectionId += this.fleet?.member.count ?? 1;
    const peer = `${conn.remoteAddr.hostname}:${conn.remoteAddr.port}`;
    const log = new ConnectionLog(this.#logger, id, peer, this.controls);
    const guest = { id, peer, openedMs: performance.now(), entry, log };
    const ready = (): void => this.#serve(conn, guest);
    if ("handshake" in conn) {
      const arrival = arrivalOf(guest, { ready, isStopping: () => this.#isStopping });
      this.#door.entrance.receive(conn, arrival);
    } else {
      // Small answers leave at once.
      conn.setNoDelay(true);
      ready();
    }
  }

  #serve(conn: Deno.TcpConn | Deno.TlsConn, { id, peer, openedMs, entry, log }: Guest): void {
    const access = new ConnectionAccess(this.#access, log);
    const context: ConnectionContext = {
      pool: this.#pool,
      buffers: this.#buffers,
      timeouts: this.#settings.timeouts,
      mayCompress: this.#settings.mayCompress,
      rate: slowestRate(this.controls.throttle),
      log,
      peer,
      openedMs,
      refusal: () => entry.refusal,
      visit: entry.visit,
      minRate: this.#settings.admission.minRate,
      throttle: (change) =>
        serveThrottle(this.#throttle, change, { peer, log, access: access.current }),
      flow: this.#live.flow,
      status: () => this.status(),
      access,
      snapshot: () => this.#live.snapshot(access.current),
    };
    const connection = new Connection(id, conn, context);
    const running = connection.run().finally(() => {
      this.#connections.delete(connection);
      entry.leave();
    });
    this.#connections.set(connection, running);
  }
}
