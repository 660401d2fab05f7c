import { AGENT } from "#protocol/limits.ts";
import type { LiveControls } from "../live_controls.ts";
import type { ObservedCounts } from "../metrics/observed_counts.ts";
import { type MetricsAddress, ServerMetrics } from "../metrics/server_metrics.ts";
import type { MetricsSources } from "../metrics/metrics_text.ts";
import type { FleetControls } from "./fleet_controls.ts";
import type { FleetCounts } from "./fleet.ts";

/** The processes of a server, seen from the first one. */
export interface ObservedFleet {
  readonly controls: LiveControls & Pick<FleetControls, "shared">;
  /** When the first process started, in ms since 1970. */
  readonly upSinceMs: number;
  readonly serverName: string | undefined;
  /** What all do together. */
  readonly counts: () => FleetCounts;
  readonly observed: () => ObservedCounts;
  /** Processes that accept connections. */
  readonly running: () => number;
  readonly isStopping: () => boolean;
}

/** Serves the metrics of several processes as those of one server: sums of what each said last. */
export class FleetMetrics implements Disposable {
  readonly #metrics: ServerMetrics;

  /**
   * Listens at once.
   *
   * @param address Where.
   * @param fleet The processes.
   * @throws {RangeError} When it cannot listen there.
   */
  constructor(address: MetricsAddress, fleet: ObservedFleet) {
    this.#metrics = new ServerMetrics(address, {
      counts: () => countsOf(fleet),
      observed: fleet.observed,
      limits: () => fleet.controls.limits,
      isStopping: fleet.isStopping,
    });
  }

  /** Where it listens. */
  get address(): MetricsAddress {
    return this.#metrics.address;
  }

  [Symbol.dispose](): void {
    this.#metrics[Symbol.dispose]();
  }
}

function countsOf(fleet: ObservedFleet): ReturnType<MetricsSources["counts"]> {
  const { limits, shares } = fleet.controls.shared;
  const { connections, leased, idle, waiting, transfers, ...rest } = fleet.counts();
  const { changes, historyRecords, bytes, rates } = rest;
  return {
    agent: AGENT,
    ...(fleet.serverName === undefined ? {} : { serverName: fleet.serverName }),
    processes: { answeredBy: 0, running: fleet.running(), count: shares.length },
    uptimeSeconds: Math.max(0, Date.now() - fleet.upSinceMs) / 1000,
    connections: { open: connections, max: limits.maxConnections },
    workers: { leased, idle, limit: limits.workers },
    waiting,
    transfers,
    throttle: fleet.controls.throttle,
    changes,
    historyRecords,
    bytes,
    rates,
  };
}
