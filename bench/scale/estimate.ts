import { ChunkSizes } from "./chunk_sizes.ts";
import type { Costs, ThreadCosts } from "./costs.ts";
import type { RequestKind } from "./request_kind.ts";
import type { Clients, Deployment } from "./scenario.ts";

const MEBIBYTE = 1024 ** 2;
/** Workers that a process has before anybody asks; they are part of its base. */
const SPARE = 2;

/** What the closed formulas of docs/scale.md say of a steady load. */
export interface Estimate {
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Cores in use of each machine; more than it has means that the load does not fit. */
  readonly cores: number;
  /** Share of one core that each main thread needs; over 1 does not fit. */
  readonly mainUse: number;
}

/**
 * Estimates a load in which each client asks again and again, by the formulas that a person can use.
 *
 * @param clients They think much longer than an answer takes.
 */
export function estimate(costs: Costs, deployment: Deployment, clients: Clients): Estimate {
  const requestsPerSecond = clients.count / clients.thinkS;
  const weights = clients.mix.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (kind: RequestKind) => number): number =>
    clients.mix.reduce((sum, { kind, weight }) => sum + of(kind) * weight, 0) / weights;
  const { machines, processes, workers } = deployment;
  // Little: of each process as many as flow at the same time, each for as long as its rate makes it.
  const flowing = requestsPerSecond * mean(({ bytes, rate }) => rate > 0 ? bytes / rate : 0) /
    (machines * processes);
  const chunks = new ChunkSizes(() => Math.min(workers, flowing));
  const mainS = mean((kind) => requestS(costs.main, kind, chunks));
  const workerS = mean((kind) => requestS(costs.worker, kind, chunks)) + costs.worker.leaseS;
  const idle = clients.count * costs.main.idleS;
  const main = requestsPerSecond * mainS + idle;
  return {
    requestsPerSecond,
    bytesPerSecond: requestsPerSecond * mean(({ bytes }) => bytes),
    cores: (main + requestsPerSecond * workerS) / machines,
    mainUse: main / (machines * processes),
  };
}

/**
 * Memory of one process.
 *
 * @param connections Open ones.
 * @param workers All that are there.
 * @returns Bytes.
 */
export function memoryBytes({ memory }: Costs, connections: number, workers: number): number {
  return memory.baseBytes + connections * memory.connectionBytes +
    Math.max(0, workers - SPARE) * memory.workerBytes;
}

function requestS(thread: ThreadCosts, { bytes, rate }: RequestKind, chunks: ChunkSizes): number {
  const beginS = thread.requestS + (bytes > 0 ? thread.downloadS : 0);
  if (rate > 0) return beginS + Math.ceil(bytes / chunks.at(rate)) * thread.chunkS;
  return beginS + (bytes / MEBIBYTE) * thread.mebibyteS;
}
