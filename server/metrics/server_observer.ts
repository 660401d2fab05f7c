import type { Snapshot } from "#protocol/replies.ts";
import type { ServerControls } from "../server_controls.ts";
import { LagMeter } from "./lag_meter.ts";
import { memoryUse, type ObservedCounts } from "./observed_counts.ts";
import { type MetricsAddress, ServerMetrics } from "./server_metrics.ts";

/** The server that is looked at. */
export interface ObservedServer {
  /** Its own state, without the connections. */
  readonly counts: () => Omit<Snapshot, "operations" | "sequence">;
  readonly controls: ServerControls;
  readonly totals: () => Pick<
    ObservedCounts,
    "accepted" | "admission" | "unfinished" | "workersLost"
  >;
  readonly isStopping: () => boolean;
}

/** Options of {@linkcode ServerObserver}. */
export interface ServerObserverOptions {
  /** Where metrics are served; `undefined` for nowhere: then nothing is measured for them. */
  readonly address: MetricsAddress | undefined;
  /** Whether this is one of several processes: the first one serves the metrics of all. */
  readonly isMember: boolean;
}

/** Measures what only metrics tell of one process, and serves them when it is the only one. */
export class ServerObserver implements Disposable {
  readonly #server: ObservedServer;
  readonly #lag: LagMeter | undefined;
  readonly #metrics: ServerMetrics | undefined;

  /**
   * @param server What is told of.
   * @param options Where, and by whom.
   * @throws {RangeError} When it cannot listen there.
   */
  constructor(server: ObservedServer, { address, isMember }: ServerObserverOptions) {
    this.#server = server;
    if (address === undefined) return;
    const { controls, counts, isStopping } = server;
    if (!isMember) {
      this.#metrics = new ServerMetrics(address, {
        counts,
        isStopping,
        limits: () => controls.limits,
        observed: () => this.#observed(),
      });
    }
    this.#lag = new LagMeter(controls.tally);
  }

  /** Where metrics are served, when they are. */
  get address(): MetricsAddress | undefined {
    return this.#metrics?.address;
  }

  /** What this process has counted; `undefined` when nobody asked for metrics. */
  get counts(): ObservedCounts | undefined {
    return this.#lag === undefined ? undefined : this.#observed();
  }

  [Symbol.dispose](): void {
    this.#lag?.[Symbol.dispose]();
    this.#metrics?.[Symbol.dispose]();
  }

  #observed(): ObservedCounts {
    const { controls, totals } = this.#server;
    const { isMeasured, usedBytes, freeBytes } = controls.room;
    return {
      ...totals(),
      tally: controls.tally.values(),
      memory: memoryUse(),
      room: { isMeasured, usedBytes, freeBytes },
    };
  }
}
