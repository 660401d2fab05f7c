import { ChunkSizes } from "./chunk_sizes.ts";
import { ConnectionModel } from "./connection_model.ts";
import type { Costs, ThreadCosts } from "./costs.ts";
import type { EventClock } from "./event_clock.ts";
import type { MachineModel } from "./machine_model.ts";
import { PoolModel } from "./pool_model.ts";
import type { PoolPolicy } from "./pool_policy.ts";
import { CATCH_UP_S, type RequestKind, WINDOW } from "./request_kind.ts";
import { SerialThread } from "./serial_thread.ts";
import { UsageMeter } from "./usage_meter.ts";

const MEBIBYTE = 1024 ** 2;
const TICK_S = 1;

/** How one server process is set up. */
export interface ProcessSettings {
  readonly policy: PoolPolicy;
  /** `--max-connections`. */
  readonly maxConnections: number;
  readonly costs: Costs;
  /** Draws the seconds that a worker takes for a small request, around its mean. */
  readonly drawWork: (meanS: number) => number;
  /** The load client's thread, where it shares the cores; none when clients are elsewhere. */
  readonly client?: SerialThread | undefined;
}

/** One server process: main thread, workers, connections, memory. */
export class ProcessModel {
  readonly main: SerialThread;
  readonly pool: PoolModel;
  readonly #clock: EventClock;
  readonly #machine: MachineModel;
  readonly #settings: ProcessSettings;
  readonly #chunks: ChunkSizes;
  #connections = 0;
  #mostConnections = 0;

  constructor(clock: EventClock, machine: MachineModel, settings: ProcessSettings) {
    this.#clock = clock;
    this.#machine = machine;
    this.#settings = settings;
    this.main = new SerialThread(machine.cores);
    const { startS } = settings.costs.worker;
    const usage = new UsageMeter(clock, machine.cores);
    this.pool = new PoolModel(clock, settings.policy, {
      start: (ready) => machine.cores.submit(startS, ready),
      whenFree: (action) => this.main.run(0, action),
      usedShare: () => usage.share(),
    });
    this.#chunks = new ChunkSizes(() => this.pool.leased);
    this.#tick();
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections;
  }

  /** Most memory so far: what was once used is seldom given back. */
  get peakBytes(): number {
    const { costs: { memory }, policy } = this.#settings;
    const workers = Math.max(0, this.pool.mostWorkers - policy.spare);
    return memory.baseBytes + this.#mostConnections * memory.connectionBytes +
      workers * memory.workerBytes;
  }

  /**
   * Accepts a connection.
   *
   * @returns It; `undefined` when too many are open.
   */
  open(): ConnectionModel | undefined {
    const { costs, maxConnections } = this.#settings;
    this.main.run(costs.main.connectionS);
    if (this.#connections >= maxConnections) return undefined;
    this.#mostConnections = Math.max(this.#mostConnections, ++this.#connections);
    return new ConnectionModel(this.#clock, this.pool);
  }

  /** A connection is gone. */
  close(connection: ConnectionModel): void {
    connection.close();
    this.#connections--;
  }

  /**
   * Serves one request of a connection.
   *
   * @param onWorker Hears of the seconds until it had a worker.
   * @param done Called when the client has the last byte.
   */
  ask(
    connection: ConnectionModel,
    kind: RequestKind,
    onWorker: (waitedS: number) => void,
    done: () => void,
  ): void {
    const sentS = this.#clock.nowS;
    this.main.run(0, () => {
      const serve = (isFirst: boolean, freed: () => void): void =>
        this.#serve(kind, isFirst, freed, done);
      connection.ask({ sentS, serve, onWorker });
    });
  }

  /** Sends the chunks of one request: disk and checks, relay, network, client, a few at a time. */
  #serve(kind: RequestKind, isNewLease: boolean, freed: () => void, done: () => void): void {
    const { costs, drawWork, client } = this.#settings;
    const { rate } = kind;
    const share = (thread: ThreadCosts, bytes: number): number =>
      rate > 0 ? thread.chunkS : (bytes / MEBIBYTE) * thread.mebibyteS;
    const beginning = (thread: ThreadCosts): number =>
      kind.bytes > 0 ? thread.requestS + thread.downloadS : thread.requestS;
    const leaseS = isNewLease ? costs.worker.leaseS : 0;
    const firstS = leaseS + drawWork(beginning(costs.worker));
    const worker = new SerialThread(this.#machine.cores);
    let [left, made, underWay] = [kind.bytes, 0, 0];
    let [isMaking, isLast] = [false, false];
    let dueS = this.#clock.nowS;

    const receive = (): void => {
      underWay--;
      if (isLast && underWay === 0) done();
      else pump();
    };
    const send = (bytes: number, isFirst: boolean): void => {
      if (isLast) freed();
      this.main.run(
        share(costs.main, bytes) + (isFirst ? beginning(costs.main) : 0),
        () =>
          this.#machine.network.submit(bytes, () => {
            const clientS = share(costs.client, bytes) + (isFirst ? beginning(costs.client) : 0);
            if (client === undefined) receive();
            else client.run(clientS, receive);
          }),
      );
    };
    const make = (bytes: number): void => {
      const isFirst = made++ === 0;
      worker.run(share(costs.worker, bytes) + (isFirst ? firstS : 0), () => {
        isMaking = false;
        send(bytes, isFirst);
        pump();
      });
    };
    // One chunk at a time is made, and at most a few are on their way to the client.
    const pump = (): void => {
      if (isMaking || isLast || underWay >= WINDOW) return;
      isMaking = true;
      underWay++;
      // How many workers are busy decides how large the next one is.
      const bytes = Math.min(left, this.#chunks.at(rate));
      left -= bytes;
      isLast = left === 0;
      const { nowS } = this.#clock;
      if (rate === 0) return this.#clock.after(0, () => make(bytes));
      dueS = (dueS < nowS - CATCH_UP_S ? nowS : dueS) + bytes / rate;
      this.#clock.after(Math.max(0, dueS - nowS), () => make(bytes));
    };
    pump();
  }

  #tick(): void {
    this.#clock.after(TICK_S, () => {
      this.main.run(this.#connections * this.#settings.costs.main.idleS);
      this.#tick();
    });
  }
}
