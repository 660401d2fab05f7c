import type { Costs } from "./costs.ts";
import { LIST, type RequestKind } from "./request_kind.ts";
import type { Clients, Deployment } from "./scenario.ts";
import { type Outcome, simulate } from "./simulate.ts";

/** Clients of all predictions. */
export const CLIENTS = 10_000;
const SEED = 60_013;
/** 10 Gbit/s a machine, 100 Mbit/s a client. */
const LINES = { networkBytes: 1.25e9, clientBytes: 12.5e6 };

const SMALL: RequestKind = { name: "small file", bytes: 64 * 1024, rate: 0 };
const LARGE: RequestKind = { name: "large file", bytes: 16 * 1024 ** 2, rate: 0 };
const SLOW: RequestKind = { name: "throttled file", bytes: 3e6, rate: 100_000 };

const SHARED = { processes: 1, machines: 1, workers: 64, maxConnections: 12_000 } as const;

/** Where the predicted clients are served. */
export const DEPLOYMENTS: readonly Deployment[] = [
  {
    ...SHARED,
    name: "1 process, 2 cores",
    machine: { ...LINES, cores: 2 },
    spread: "hash",
  },
  {
    ...SHARED,
    name: "1 process, 8 cores",
    machine: { ...LINES, cores: 8 },
    spread: "hash",
  },
  {
    ...SHARED,
    name: "4 processes, 8 cores",
    processes: 4,
    machine: { ...LINES, cores: 8 },
    spread: "hash",
  },
  {
    ...SHARED,
    name: "3 servers of 4 processes, 8 cores each",
    machines: 3,
    processes: 4,
    machine: { ...LINES, cores: 8 },
    spread: "least",
  },
];

/** A load of 10,000 clients. */
export interface Mix {
  readonly clients: Clients;
  /** Seconds that are simulated. */
  readonly seconds: number;
  /** Whether it goes on evenly, so that the closed formulas hold. */
  readonly isSteady: boolean;
}

const STEADY: Omit<Clients, "name" | "mix" | "thinkS"> = {
  count: CLIENTS,
  arrivals: { how: "within", seconds: 20 },
  requests: 1_000,
  staysOpen: true,
  shareCores: false,
};

/** What the predicted clients do. */
export const MIXES: readonly Mix[] = [
  {
    clients: { ...STEADY, name: "a list every 5 minutes", mix: one(LIST), thinkS: 300 },
    seconds: 80,
    isSteady: true,
  },
  {
    clients: { ...STEADY, name: "a list every 10 s", mix: one(LIST), thinkS: 10 },
    seconds: 80,
    isSteady: true,
  },
  {
    clients: {
      ...STEADY,
      name: "every 30 s a list (80 %), a file of 64 KiB (19 %) or of 16 MiB (1 %)",
      mix: [{ kind: LIST, weight: 80 }, { kind: SMALL, weight: 19 }, { kind: LARGE, weight: 1 }],
      thinkS: 30,
    },
    seconds: 80,
    isSteady: true,
  },
  {
    clients: {
      ...STEADY,
      name: "all connect and list within one second (after a restart)",
      arrivals: { how: "within", seconds: 1 },
      mix: one(LIST),
      requests: 1,
      thinkS: 0,
    },
    seconds: 60,
    isSteady: false,
  },
  {
    clients: {
      ...STEADY,
      name: "all want one file of 16 MiB within a minute",
      arrivals: { how: "within", seconds: 60 },
      mix: one(LARGE),
      requests: 1,
      thinkS: 0,
    },
    seconds: 240,
    isSteady: false,
  },
  {
    clients: {
      ...STEADY,
      name: "all want 3 MB at 100 kB/s within a minute",
      arrivals: { how: "within", seconds: 60 },
      mix: one(SLOW),
      requests: 1,
      thinkS: 0,
    },
    seconds: 240,
    isSteady: false,
  },
];

/** Simulates a load on a deployment. */
export function predict(costs: Costs, { clients, seconds }: Mix, deployment: Deployment): Outcome {
  return simulate({ seed: SEED, seconds, deployment, clients, costs });
}

function one(kind: RequestKind): Clients["mix"] {
  return [{ kind, weight: 1 }];
}
