import assert from "node:assert/strict";
import fc from "fast-check";
import { manyServersWaitS, singleServerS } from "#bench/scale/closed_formulas.ts";
import { type Costs, FREE } from "#bench/scale/costs.ts";
import { LIST, type RequestKind } from "#bench/scale/request_kind.ts";
import type { Clients, Deployment, Scenario } from "#bench/scale/scenario.ts";
import { type Outcome, simulate } from "#bench/scale/simulate.ts";

const MACHINE: Deployment = {
  name: "one process",
  machines: 1,
  processes: 1,
  machine: { cores: 4, networkBytes: 1e9, clientBytes: 1e9 },
  workers: 4,
  maxConnections: 1_000_000,
  spread: "hash",
};

const ARRIVALS: Clients = {
  name: "one request each",
  count: 1_000_000,
  arrivals: { how: "poisson", perSecond: 25 },
  mix: [{ kind: LIST, weight: 1 }],
  requests: 1,
  thinkS: 0,
  staysOpen: false,
  shareCores: false,
};

function working(requestS: number, startS = 0): Costs {
  return { ...FREE, worker: { ...FREE.worker, requestS, startS } };
}

function isNear(measured: number, expected: number, share: number): void {
  const error = Math.abs(measured / expected - 1);
  assert.ok(error <= share, `${measured} is not within ${share * 100} % of ${expected}`);
}

/** A mean of several runs, each with another beginning. */
function meanOver(scenario: Omit<Scenario, "seed">, of: (outcome: Outcome) => number): number {
  const seeds = [7_919, 104_729, 1_299_709, 15_485_863];
  return seeds.reduce((sum, seed) => sum + of(simulate({ ...scenario, seed })), 0) / seeds.length;
}

Deno.test("simulate() waits as long as Erlang's formula when workers are the limit (M/M/c)", () => {
  const scenario = {
    seconds: 600,
    deployment: MACHINE,
    clients: ARRIVALS,
    costs: working(0.1),
    work: "exponential",
  } as const;
  const waitS = manyServersWaitS(25, 0.1, 4);
  // Of 60,000 arrivals: their mean wait itself is spread by 4 %.
  isNear(meanOver(scenario, (outcome) => outcome.waitS.mean), waitS, 0.08);
  isNear(meanOver(scenario, (outcome) => outcome.responseS.mean), waitS + 0.1, 0.02);
});

Deno.test("simulate() shares one core as the formula says (M/M/1-PS), among as many as the pool lets in", () => {
  const machine = { ...MACHINE.machine, cores: 1 };
  const deployment = { ...MACHINE, workers: 200, machine };
  const clients = { ...ARRIVALS, arrivals: { how: "poisson", perSecond: 6 } } as const;
  const scenario = { seconds: 4_000, deployment, clients, costs: working(0.1) };
  const mean = (work: "even" | "exponential"): number =>
    meanOver({ ...scenario, work }, (outcome) => outcome.responseS.mean);
  const sharedS = singleServerS(6, 0.1);
  isNear(mean("exponential"), sharedS, 0.05);
  // Work that is always the same is done sooner one after the other (M/D/1): a few at a time is between.
  const oneByOneS = 0.1 + (sharedS - 0.1) / 2;
  const evenS = mean("even");
  assert.ok(evenS > oneByOneS && evenS < sharedS, `${evenS}`);
});

Deno.test("simulate() answers after half the work more when the main thread is the limit (M/D/1)", () => {
  const costs = { ...FREE, main: { ...FREE.main, requestS: 0.01 } };
  const clients = { ...ARRIVALS, arrivals: { how: "poisson", perSecond: 60 } } as const;
  const deployment = { ...MACHINE, workers: 1_000 };
  const scenario = { seconds: 100, deployment, clients, costs };
  // Pollaczek and Khinchine: work that is always the same waits half as long as exponential work.
  const expectedS = 0.01 + (singleServerS(60, 0.01) - 0.01) / 2;
  isNear(meanOver(scenario, (outcome) => outcome.responseS.mean), expectedS, 0.04);
});

Deno.test("simulate() sends four chunks a second under a rate, and two to each of a crowd", () => {
  const costs = { ...FREE, worker: { ...FREE.worker, chunkS: 1e-3 } };
  const kind = { name: "slow", bytes: 1e9, rate: 100_000 };
  const flow = (count: number): number => {
    const arrivals = { how: "at once", afterS: 0 } as const;
    const clients = { ...ARRIVALS, count, arrivals, mix: [{ kind, weight: 1 }] };
    const deployment = { ...MACHINE, workers: 100 };
    return simulate({ seed: 3, seconds: 40, deployment, clients, costs }).coresUsed / count;
  };
  isNear(flow(64), 4e-3, 0.03);
  isNear(flow(65), 2e-3, 0.03);
});

Deno.test("simulate() lets a client program connect all that come at once before it asks for anything", () => {
  const costs = { ...working(0.1), client: { ...FREE.client, connectionS: 1 } };
  const arrivals = { how: "at once", afterS: 0 } as const;
  const clients = { ...ARRIVALS, count: 3, arrivals, shareCores: true };
  const scenario = { seed: 1, deployment: MACHINE, clients, costs };
  assert.equal(
    simulate({ ...scenario, seconds: 1.5 }).cpuS,
    0,
    "all have half of their connection",
  );
  isNear(simulate({ ...scenario, seconds: 2 + 0.1 + 0.4 }).cpuS, 0.1, 1e-9);
  isNear(simulate({ ...scenario, seconds: 9 }).cpuS, 0.3, 1e-9);
});

Deno.test("simulate() does not count those who were served before", () => {
  const before = { kind: LIST, count: 3 };
  const arrivals = { how: "at once", afterS: 5 } as const;
  const clients = { ...ARRIVALS, count: 2, arrivals, before };
  const outcome = simulate({
    seed: 1,
    seconds: 9,
    deployment: MACHINE,
    clients,
    costs: working(1),
  });
  assert.equal(outcome.arrived, 2);
  assert.equal(outcome.served, 2);
  assert.equal(outcome.cpuS, 5, "their work is done all the same");
});

/** Small scenarios of all kinds. */
const SCENARIOS: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(),
  seconds: fc.integer({ min: 1, max: 40 }),
  machines: fc.integer({ min: 1, max: 3 }),
  processes: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 1, max: 6 }),
  cores: fc.integer({ min: 1, max: 4 }),
  maxConnections: fc.integer({ min: 1, max: 40 }),
  spread: fc.constantFrom("hash", "least"),
  count: fc.integer({ min: 1, max: 60 }),
  arrivals: fc.constantFrom(
    { how: "at once", afterS: 0.5 },
    { how: "within", seconds: 5 },
    { how: "poisson", perSecond: 10 },
  ),
  bytes: fc.constantFrom(0, 1_000, 3_000_000),
  rate: fc.constantFrom(0, 500_000),
  requests: fc.integer({ min: 1, max: 4 }),
  staysOpen: fc.boolean(),
  shareCores: fc.boolean(),
}).map((drawn): Scenario => {
  const kind: RequestKind = { name: "drawn", bytes: drawn.bytes, rate: drawn.rate };
  return {
    seed: drawn.seed,
    seconds: drawn.seconds,
    deployment: {
      ...MACHINE,
      machines: drawn.machines,
      processes: drawn.processes,
      machine: { cores: drawn.cores, networkBytes: 5e6, clientBytes: 1e6 },
      workers: drawn.workers,
      maxConnections: drawn.maxConnections,
      spread: drawn.spread,
    },
    clients: {
      ...ARRIVALS,
      count: drawn.count,
      arrivals: drawn.arrivals,
      mix: [{ kind: LIST, weight: 1 }, { kind, weight: 1 }],
      requests: drawn.requests,
      thinkS: 0.5,
      staysOpen: drawn.staysOpen,
      shareCores: drawn.shareCores,
    },
    costs: {
      main: {
        requestS: 1e-4,
        downloadS: 1e-4,
        mebibyteS: 1e-3,
        chunkS: 1e-4,
        connectionS: 1e-3,
        idleS: 1e-5,
      },
      worker: {
        requestS: 2e-2,
        downloadS: 1e-3,
        mebibyteS: 2e-3,
        chunkS: 1e-3,
        startS: 0.1,
        leaseS: 1e-3,
      },
      client: { requestS: 1e-4, downloadS: 0, mebibyteS: 1e-3, chunkS: 1e-4, connectionS: 1e-4 },
      memory: { baseBytes: 100, connectionBytes: 1, workerBytes: 10 },
    },
    work: "exponential",
  };
});

/** What always holds, whatever is simulated. */
function assertConserved(outcome: Outcome, { seconds, deployment }: Scenario): void {
  assert.equal(outcome.arrived, outcome.served + outcome.refused + outcome.inside);
  assert.ok(outcome.inside >= 0);
  assert.ok(outcome.coresUsed <= deployment.machine.cores * (1 + 1e-9), `${outcome.coresUsed}`);
  assert.ok(outcome.busiestMain <= 1 + 1e-9);
  assert.ok(outcome.workers <= deployment.workers * deployment.machines * deployment.processes);
  const { networkBytes } = deployment.machine;
  assert.ok(outcome.bytes <= networkBytes * deployment.machines * seconds * (1 + 1e-9));
}

Deno.test("simulate() serves, keeps or refuses all that arrives, within what the machines can do", () => {
  fc.assert(fc.property(SCENARIOS, (scenario) => assertConserved(simulate(scenario), scenario)), {
    numRuns: 60,
  });
});

Deno.test("simulate() serves all that was not refused when it has time enough", () => {
  fc.assert(
    fc.property(SCENARIOS, (scenario) => {
      const outcome = simulate({ ...scenario, seconds: 600 });
      assert.equal(outcome.inside, 0);
      // Little: the mean number inside is the rate of arrivals times the mean time inside.
      const spent = outcome.responseS.mean * outcome.served;
      const refused = outcome.refused === 0;
      if (refused) assert.ok(Math.abs(outcome.meanInside * 600 - spent) <= 1e-6 * (1 + spent));
    }),
    { numRuns: 30 },
  );
});

Deno.test("simulate() gives the same outcome for the same seed and another for another", () => {
  const scenario: Scenario = {
    seed: 5,
    seconds: 20,
    deployment: { ...MACHINE, machines: 2, processes: 2 },
    clients: { ...ARRIVALS, count: 400 },
    costs: working(0.05, 0.1),
    work: "exponential",
  };
  assert.deepEqual(simulate(scenario), simulate(scenario));
  assert.notDeepEqual(simulate(scenario), simulate({ ...scenario, seed: 6 }));
});
