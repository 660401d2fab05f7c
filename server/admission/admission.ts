import { addressKey } from "#protocol/address_key.ts";
import { PenaltyTable } from "#protocol/penalty_table.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import { TrustedAddresses } from "#protocol/trusted_addresses.ts";
import { AddressCounts } from "./address_counts.ts";
import { AdmissionCounts, type Refusal } from "./admission_counts.ts";
import { type AdmissionSettings, limitsFor } from "./admission_settings.ts";
import { dropChance } from "./early_drop.ts";
import { type Offence, offenceOf, PENALTIES } from "./offence.ts";
import { penalised, tooManyOfAddress, tooManyStartups } from "./refusals.ts";
import type { Visit } from "./visit.ts";

/** What an admission has from outside. */
export interface AdmissionWorld {
  /** The present, in ms; it only grows. */
  readonly now: () => number;
  /** 0 to 1, without 1. */
  readonly random: () => number;
  /** Hears that an address is refused from now on, for so many ms, by something it did. */
  readonly onPenalty: (address: string, offence: Offence, restMs: number) => void;
}

/** Why a connection is not let in. */
export interface Rejection {
  readonly reason: Refusal;
  /** What the peer is told. */
  readonly error: SluiceError;
}

/**
 * Decides at once, and from addresses alone, whether a connection is let in: no address may have too many, or come again right
 * after it did wrong, and peers that have shown nothing yet may not fill the server. Trusted addresses are always let in.
 */
export class Admission {
  /** What was decided. */
  readonly counts: AdmissionCounts = new AdmissionCounts();
  readonly #settings: AdmissionSettings;
  readonly #world: AdmissionWorld;
  readonly #trusted: TrustedAddresses;
  readonly #open = new AddressCounts();
  readonly #penalties = new PenaltyTable();
  /** Connections that have not been welcomed. */
  #startups = 0;

  /**
   * @param settings Who is let in.
   * @param world Clock, chance, and who hears of penalties.
   */
  constructor(settings: AdmissionSettings, world: AdmissionWorld) {
    this.#settings = settings;
    this.#world = world;
    this.#trusted = new TrustedAddresses(settings.trustedAddresses);
  }

  /** Addresses that have open connections, and penalties. */
  get size(): number {
    return this.#open.size + this.#penalties.size;
  }

  /**
   * Decides on a new connection.
   *
   * @param address Of the peer.
   * @param maxConnections Connections that the server takes.
   * @returns What to tell the admission of it from now on, or why it is refused.
   */
  enter(
    address: string,
    maxConnections: number,
  ): { readonly visit: Visit } | { readonly rejection: Rejection } {
    const isTrusted = this.#trusted.has(address);
    const key = addressKey(address);
    const rejection = isTrusted ? undefined : this.#judge(key, maxConnections);
    if (rejection === undefined) {
      return { visit: isTrusted ? this.#trustedVisit() : this.#visit(key) };
    }
    this.counts.addRefused(rejection.reason);
    return { rejection };
  }

  #judge(key: string, maxConnections: number): Rejection | undefined {
    const { perAddress, startups } = limitsFor(this.#settings, maxConnections);
    const restMs = this.#penalties.restMs(key, this.#world.now());
    if (restMs > 0) return { reason: "penalty", error: penalised(restMs) };
    if (this.#open.of(key) >= perAddress) {
      return { reason: "address", error: tooManyOfAddress(perAddress) };
    }
    const chance = dropChance(this.#startups, startups);
    const isDropped = chance > 0 && this.#world.random() < chance;
    return isDropped ? { reason: "startups", error: tooManyStartups() } : undefined;
  }

  #visit(key: string): Visit {
    let isStarting = true;
    let isOpen = true;
    this.#startups++;
    this.#open.add(key);
    const offend = (offence: Offence): void => this.#offend(key, offence);
    const greeted = (): void => {
      if (isStarting) this.#startups--;
      isStarting = false;
    };
    return {
      greeted,
      offend,
      ended: (error, isGreeted): void => {
        // It will not be welcomed any more, however long it takes to close it.
        greeted();
        const offence = offenceOf(error, isGreeted);
        if (offence !== undefined) offend(offence);
      },
      leave: (): void => {
        greeted();
        if (isOpen) this.#open.remove(key);
        isOpen = false;
      },
    };
  }

  /** Counted, and nothing else. */
  #trustedVisit(): Visit {
    const nothing = (): void => {};
    return {
      greeted: nothing,
      leave: nothing,
      offend: (offence): void => this.counts.addOffence(offence),
      ended: (error, isGreeted): void => {
        const offence = offenceOf(error, isGreeted);
        if (offence !== undefined) this.counts.addOffence(offence);
      },
    };
  }

  #offend(key: string, offence: Offence): void {
    this.counts.addOffence(offence);
    if (!this.#settings.hasPenalties) return;
    const { now, onPenalty } = this.#world;
    const wasFree = this.#penalties.restMs(key, now()) === 0;
    const restMs = this.#penalties.add(key, PENALTIES[offence], now());
    if (wasFree && restMs > 0) onPenalty(key, offence, restMs);
  }
}
