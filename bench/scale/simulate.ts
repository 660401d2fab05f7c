import { SeededRandom } from "#tests/support/seeded_random.ts";
import { ClientLoad } from "./client_load.ts";
import { EventClock } from "./event_clock.ts";
import { MachineModel } from "./machine_model.ts";
import { policyOf } from "./pool_policy.ts";
import { ProcessModel } from "./process_model.ts";
import type { Scenario } from "./scenario.ts";
import { SerialThread } from "./serial_thread.ts";
import { Tally, type TallySummary } from "./tally.ts";

/** What a simulation shows. */
export interface Outcome extends TallySummary {
  /** Of the server alone, all machines together. */
  readonly cpuS: number;
  /** Mean of the cores in use, of each machine. */
  readonly coresUsed: number;
  /** Share of the time in which the busiest main thread had work. */
  readonly busiestMain: number;
  /** Of the machine that needs most. */
  readonly peakBytes: number;
  /** Most workers at the same time, of all processes together. */
  readonly workers: number;
  /** Connections that wait for a worker when the simulation ends. */
  readonly waiting: number;
}

/**
 * Simulates a deployment under load. The same scenario has the same outcome each time.
 *
 * @param scenario What is simulated.
 */
export function simulate(scenario: Scenario): Outcome {
  const { costs, deployment, clients, seconds } = scenario;
  const clock = new EventClock();
  const random = new SeededRandom(scenario.seed);
  const exponential = (mean: number): number => -mean * Math.log(1 - random.next());
  const machines = Array.from(
    { length: deployment.machines },
    () => new MachineModel(clock, deployment.machine),
  );
  const [first] = machines;
  const client = clients.shareCores && first !== undefined
    ? new SerialThread(first.cores)
    : undefined;
  // A throttle is the server's setting: one for all that it serves.
  const isUnthrottled = clients.mix.every(({ kind }) => kind.rate === 0);
  const processes = machines.map((machine) =>
    Array.from({ length: deployment.processes }, () =>
      new ProcessModel(clock, machine, {
        policy: policyOf(deployment.machine.cores, deployment.workers, isUnthrottled),
        maxConnections: deployment.maxConnections,
        costs,
        drawWork: scenario.work === "exponential" ? exponential : (meanS) => meanS,
        client,
      }))
  );
  const tally = new Tally(clock);
  const load = new ClientLoad(clock, tally, processes.flat(), scenario, {
    random,
    exponential,
    client,
  });
  load.begin();
  clock.run(seconds);
  const used = machines.reduce((sum, { cores }) => sum + cores.used, 0);
  return {
    ...tally.summary(),
    cpuS: used - (client?.cpuS ?? 0),
    coresUsed: used / seconds / machines.length,
    busiestMain: Math.max(...processes.flat().map(({ main }) => main.cpuS)) / seconds,
    peakBytes: Math.max(...processes.map((some) => sumOf(some, ({ peakBytes }) => peakBytes))),
    workers: sumOf(processes.flat(), ({ pool }) => pool.mostWorkers),
    waiting: sumOf(processes.flat(), ({ pool }) => pool.waiting),
  };
}

function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
