import { getLogger } from "@logtape/logtape";
import type { StatusResult } from "#protocol/replies.ts";
import type { FlowCounter } from "../flow_counter.ts";
import { LiveCounters } from "../live_counters.ts";
import type { ServerControls } from "../server_controls.ts";
import { chooseFormat, FORMATS } from "./exposition.ts";
import { LagMeter } from "./lag_meter.ts";
import { type HttpAnswer, type HttpQuestion, MetricsServer, plain } from "./metrics_server.ts";
import { type MetricsSources, metricsText } from "./metrics_text.ts";

/** Where metrics are served. */
export interface MetricsAddress {
  /** Address to bind. */
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** The server that is looked at. */
export interface ObservedServer {
  readonly status: () => StatusResult;
  readonly flow: FlowCounter;
  readonly sharedCounters: SharedArrayBuffer;
  readonly controls: ServerControls;
  readonly totals: MetricsSources["totals"];
  readonly isStopping: () => boolean;
}

function listen(
  address: MetricsAddress,
  answer: (question: HttpQuestion) => HttpAnswer,
): MetricsServer {
  try {
    const listener = new MetricsServer(address, answer);
    const { hostname, port } = listener;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    getLogger(["sluice", "metrics"]).info("metrics at http://{host}:{port}/metrics", {
      host,
      port,
    });
    return listener;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const where = `${address.hostname}:${address.port}`;
    throw new RangeError(`Cannot serve metrics at ${where}: ${why}`, { cause });
  }
}

/** `/metrics` and `/healthz` of a server. */
export class ServerMetrics implements Disposable {
  readonly #server: ObservedServer;
  readonly #counters: LiveCounters;
  readonly #lag: LagMeter;
  readonly #listener: MetricsServer;

  /**
   * Listens at once.
   *
   * @param address Where.
   * @param server What is told of.
   * @throws {RangeError} When it cannot listen there.
   */
  constructor(address: MetricsAddress, server: ObservedServer) {
    this.#server = server;
    this.#counters = new LiveCounters(server.sharedCounters);
    this.#listener = listen(address, (question) => this.#answer(question));
    this.#lag = new LagMeter(server.controls.tally);
  }

  /** Where it listens. */
  get address(): MetricsAddress {
    const { hostname, port } = this.#listener;
    return { hostname, port };
  }

  [Symbol.dispose](): void {
    this.#lag[Symbol.dispose]();
    this.#listener[Symbol.dispose]();
  }

  #answer({ path, accept }: HttpQuestion): HttpAnswer {
    if (path === "/metrics") return this.#metrics(accept);
    if (path === "/healthz") return this.#health();
    return plain(404, "Here are /metrics and /healthz.\n");
  }

  #metrics(accept: string | undefined): HttpAnswer {
    const format = chooseFormat(accept);
    const { controls, totals } = this.#server;
    const { tally, room } = controls;
    const counts = (): ReturnType<MetricsSources["counts"]> => this.#counts();
    const sources = { counts, tally, room, limits: () => controls.limits, totals };
    return { status: 200, contentType: FORMATS[format], body: metricsText(sources, format) };
  }

  #counts(): ReturnType<MetricsSources["counts"]> {
    const { connections, maxConnections, ...status } = this.#server.status();
    return {
      ...status,
      connections: { open: connections, max: maxConnections },
      bytes: this.#server.flow.bytes,
      rates: this.#server.flow.rates(performance.now()),
      changes: this.#counters.changes,
      historyRecords: this.#counters.historyRecords,
    };
  }

  /** Whether a new client would be served. */
  #health(): HttpAnswer {
    const { connections, maxConnections, workers, waiting, uptimeSeconds } = this.#server.status();
    const hasNoWorkers = workers.leased + workers.idle === 0 &&
      this.#server.totals().workersLost > 0;
    const status = this.#server.isStopping() ? "stopping" : hasNoWorkers ? "no workers" : "ok";
    const body = { status, uptimeSeconds, connections, maxConnections, workers, waiting };
    return {
      status: status === "ok" ? 200 : 503,
      contentType: "application/json",
      body: `${JSON.stringify(body)}\n`,
    };
  }
}
