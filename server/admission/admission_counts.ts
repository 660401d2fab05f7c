import { type Offence, OFFENCES } from "./offence.ts";

/** Why a connection is refused: connections, open files, those of its address, what that did, or too many without a hello. */
export type Refusal = "full" | "files" | "address" | "penalty" | "startups";

/** All of these reasons. */
export const REFUSALS: readonly Refusal[] = ["full", "files", "address", "penalty", "startups"];

/** Counts since the server started. */
export interface AdmissionSnapshot {
  /** Connections that were let in. */
  readonly admitted: number;
  /** Connections that were refused, by reason. */
  readonly refused: Readonly<Record<Refusal, number>>;
  /** Of those, how many were closed without a word. */
  readonly untold: number;
  /** What peers did wrong. */
  readonly offences: Readonly<Record<Offence, number>>;
}

/**
 * Adds up what several have counted.
 *
 * @param all Of each; nothing gives zeros.
 */
export function addAdmissions(all: readonly AdmissionSnapshot[]): AdmissionSnapshot {
  const sum = (of: (one: AdmissionSnapshot) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  return {
    admitted: sum(({ admitted }) => admitted),
    refused: numbersOf(REFUSALS, (name) => sum(({ refused }) => refused[name])),
    untold: sum(({ untold }) => untold),
    offences: numbersOf(OFFENCES, (name) => sum(({ offences }) => offences[name])),
  };
}

/** Counts what an admission decides. */
export class AdmissionCounts {
  #admitted = 0;
  #untold = 0;
  readonly #refused = new Map<Refusal, number>();
  readonly #offences = new Map<Offence, number>();

  addAdmitted(): void {
    this.#admitted++;
  }

  addRefused(refusal: Refusal): void {
    this.#refused.set(refusal, (this.#refused.get(refusal) ?? 0) + 1);
  }

  addUntold(): void {
    this.#untold++;
  }

  addOffence(offence: Offence): void {
    this.#offences.set(offence, (this.#offences.get(offence) ?? 0) + 1);
  }

  /** Plain numbers, all of them. */
  snapshot(): AdmissionSnapshot {
    return {
      admitted: this.#admitted,
      refused: numbersOf(REFUSALS, (name) => this.#refused.get(name) ?? 0),
      untold: this.#untold,
      offences: numbersOf(OFFENCES, (name) => this.#offences.get(name) ?? 0),
    };
  }
}

function numbersOf<T extends string>(
  names: readonly T[],
  countOf: (name: T) => number,
): Record<T, number> {
  return Object.fromEntries(names.map((name) => [name, countOf(name)])) as Record<T, number>;
}
