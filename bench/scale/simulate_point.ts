import { SLOW_RATE, STREAM_BYTES } from "./bench_world.ts";
import {
  type CheckPoint,
  type PointFigures,
  SPARSE_SECONDS,
  WARM_CONNECTIONS,
} from "./check_point.ts";
import type { Costs } from "./costs.ts";
import { LIST, type RequestKind } from "./request_kind.ts";
import type { Scenario } from "./scenario.ts";
import { simulate } from "./simulate.ts";

const SEED = 20_011;
/** Long enough for all points on a slow machine. */
const MOST_SECONDS = 120;
const STEADY_SECONDS = 4;
/** The simulation's first moments are for the spare workers to start and to have served somebody. */
const BEGIN_S = 1;
const JUST_BEFORE_S = 1e-6;

/**
 * Simulates a point with the load client on the same cores, as it is measured.
 *
 * @param cores Of the machine.
 */
export function simulatePoint(costs: Costs, point: CheckPoint, cores: number): PointFigures {
  const { kind } = point;
  switch (kind) {
    case "lists":
      return simulateOnce(scenarioOf(costs, point, cores, LIST));
    case "sparse":
      return simulateOnce(scenarioOf(costs, point, cores, LIST), BEGIN_S + SPARSE_SECONDS);
    case "streams":
      return simulateOnce(
        scenarioOf(costs, point, cores, { name: "download", bytes: STREAM_BYTES, rate: 0 }),
      );
    case "throttled": {
      const bytes = SLOW_RATE * MOST_SECONDS * 2;
      return simulateFlow(
        scenarioOf(costs, point, cores, { name: "throttled", bytes, rate: SLOW_RATE }),
      );
    }
  }
}

function simulateOnce(scenario: Scenario, seconds = scenario.seconds): PointFigures {
  const { lastS } = simulate({ ...scenario, seconds });
  // What is done before and afterwards is not measured either.
  const early = simulate({ ...scenario, seconds: BEGIN_S - JUST_BEFORE_S });
  const late = simulate({ ...scenario, seconds: lastS });
  return { seconds: lastS - BEGIN_S, cpu: late.cpuS - early.cpuS, peakBytes: late.peakBytes };
}

function simulateFlow(scenario: Scenario): PointFigures {
  const { waitS } = simulate(scenario);
  const flowingS = BEGIN_S + waitS.max + 1;
  const early = simulate({ ...scenario, seconds: flowingS });
  const late = simulate({ ...scenario, seconds: flowingS + STEADY_SECONDS });
  return {
    seconds: waitS.max,
    cpu: (late.cpuS - early.cpuS) / STEADY_SECONDS,
    peakBytes: late.peakBytes,
  };
}

function scenarioOf(
  costs: Costs,
  point: CheckPoint,
  cores: number,
  kind: RequestKind,
): Scenario {
  const { count } = point;
  return {
    seed: SEED,
    seconds: point.kind === "throttled" ? MOST_SECONDS / 2 : MOST_SECONDS,
    deployment: {
      name: "this machine",
      machines: 1,
      processes: 1,
      // Loopback: memory is the line, and its cost is that of the cores.
      machine: { cores, networkBytes: 1e12, clientBytes: 1e12 },
      workers: point.kind === "throttled" ? count : 64,
      maxConnections: 2000,
      spread: "hash",
    },
    clients: {
      name: "the load client",
      count,
      arrivals: point.kind === "sparse"
        ? { how: "evenly", afterS: BEGIN_S, seconds: SPARSE_SECONDS }
        : { how: "at once", afterS: BEGIN_S },
      before: { kind: point.kind === "streams" ? kind : LIST, count: WARM_CONNECTIONS },
      mix: [{ kind, weight: 1 }],
      requests: 1,
      thinkS: 0,
      staysOpen: true,
      shareCores: true,
    },
    costs,
  };
}
