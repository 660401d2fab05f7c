import type { Costs } from "./costs.ts";
import type { MachineSettings } from "./machine_model.ts";
import type { RequestKind } from "./request_kind.ts";

/** Where the servers run. */
export interface Deployment {
  readonly name: string;
  readonly machines: number;
  /** Server processes on each machine. */
  readonly processes: number;
  readonly machine: MachineSettings;
  /** `--workers` of each process. */
  readonly workers: number;
  /** `--max-connections` of each process. */
  readonly maxConnections: number;
  /** Who gets a connection: a process by a hash of its address, or the one with the fewest. */
  readonly spread: "hash" | "least";
}

/** How connections come. */
export type Arrivals =
  /** All of them at the same moment. */
  | { readonly how: "at once"; readonly afterS: number }
  /** One after the other, with the same time between any two. */
  | { readonly how: "evenly"; readonly afterS: number; readonly seconds: number }
  /** All of them, at random moments within so many seconds. */
  | { readonly how: "within"; readonly seconds: number }
  /** For ever, as a Poisson process. */
  | { readonly how: "poisson"; readonly perSecond: number };

/** Who asks for what. */
export interface Clients {
  readonly name: string;
  /** How many; of a Poisson process at most so many. */
  readonly count: number;
  readonly arrivals: Arrivals;
  /** Connections that ask once at the very beginning, are gone then, and are not counted. @default none */
  readonly before?: { readonly kind: RequestKind; readonly count: number };
  /** What they ask for, and how often each in relation to the others. */
  readonly mix: readonly { readonly kind: RequestKind; readonly weight: number }[];
  /** Requests of each connection. */
  readonly requests: number;
  /** Mean seconds from an answer to the next request, exponentially spread. */
  readonly thinkS: number;
  /** Whether a connection stays open after its last request. */
  readonly staysOpen: boolean;
  /** Whether the clients are one program on the cores of the first machine, as in measurements. */
  readonly shareCores: boolean;
}

/** One simulation. */
export interface Scenario {
  readonly seed: number;
  /** Seconds that are simulated. */
  readonly seconds: number;
  readonly deployment: Deployment;
  readonly clients: Clients;
  readonly costs: Costs;
  /** How the work of small requests is spread: all alike, or exponentially, as in textbooks. @default "even" */
  readonly work?: "even" | "exponential";
}
