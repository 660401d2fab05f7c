import { getLogger } from "@logtape/logtape";
import { chooseFormat, FORMATS } from "./exposition.ts";
import { type HttpAnswer, type HttpQuestion, MetricsServer, plain } from "./metrics_server.ts";
import { type MetricsSources, metricsText } from "./metrics_text.ts";

/** Where metrics are served. */
export interface MetricsAddress {
  /** Address to bind. */
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** What metrics are made of, and whether the server goes on. */
export interface MetricsOfServer extends MetricsSources {
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
  readonly #server: MetricsOfServer;
  readonly #listener: MetricsServer;

  /**
   * Listens at once.
   *
   * @param address Where.
   * @param server What is told of.
   * @throws {RangeError} When it cannot listen there.
   */
  constructor(address: MetricsAddress, server: MetricsOfServer) {
    this.#server = server;
    this.#listener = listen(address, (question) => this.#answer(question));
  }

  /** Where it listens. */
  get address(): MetricsAddress {
    const { hostname, port } = this.#listener;
    return { hostname, port };
  }

  [Symbol.dispose](): void {
    this.#listener[Symbol.dispose]();
  }

  #answer({ path, accept }: HttpQuestion): HttpAnswer {
    if (path === "/metrics") {
      const format = chooseFormat(accept);
      const body = metricsText(this.#server, format);
      return { status: 200, contentType: FORMATS[format], body };
    }
    if (path === "/healthz") return this.#health();
    return plain(404, "Here are /metrics and /healthz.\n");
  }

  /** Whether a new client would be served. */
  #health(): HttpAnswer {
    const { connections, workers, waiting, uptimeSeconds, processes } = this.#server.counts();
    const hasNoWorkers = workers.leased + workers.idle === 0 &&
      this.#server.observed().workersLost > 0;
    const hasNoProcesses = processes?.running === 0;
    const status = this.#server.isStopping()
      ? "stopping"
      : hasNoWorkers || hasNoProcesses
      ? "no workers"
      : "ok";
    const body = {
      status,
      uptimeSeconds,
      connections: connections.open,
      maxConnections: connections.max,
      workers,
      waiting,
      ...(processes === undefined ? {} : { processes }),
    };
    return {
      status: status === "ok" ? 200 : 503,
      contentType: "application/json",
      body: `${JSON.stringify(body)}\n`,
    };
  }
}
