import * as v from "valibot";
import { parseRate } from "#protocol/byte_units.ts";
import { TEXT_SETTING } from "../text_setting.ts";
import type { AdmissionSettings } from "./admission_settings.ts";
import { parseStartups } from "./early_drop.ts";

/** Settings of the admission as people write them. */
export interface RawAdmission {
  readonly maxConnectionsPerAddress?: string;
  readonly maxStartups?: string;
  readonly penalties?: boolean;
  readonly trustedAddresses?: string;
  readonly minRate?: string;
}

/** Environment variable of each setting. */
export const ADMISSION_VARIABLES: Readonly<Record<keyof RawAdmission, string>> = {
  maxConnectionsPerAddress: "SLUICE_MAX_CONNECTIONS_PER_ADDRESS",
  maxStartups: "SLUICE_MAX_STARTUPS",
  penalties: "SLUICE_PENALTIES",
  trustedAddresses: "SLUICE_TRUSTED_ADDRESSES",
  minRate: "SLUICE_MIN_RATE",
};

/** The same in a configuration file. */
export const ADMISSION_KEYS = {
  maxConnectionsPerAddress: TEXT_SETTING,
  maxStartups: TEXT_SETTING,
  penalties: v.optional(v.boolean()),
  trustedAddresses: TEXT_SETTING,
  minRate: TEXT_SETTING,
} as const;

/**
 * Reads what was written.
 *
 * @param raw As it was written.
 * @returns What was set; `undefined` for nothing.
 * @throws {RangeError} For a value that cannot be used, naming it.
 */
export function parseAdmission(raw: RawAdmission): Partial<AdmissionSettings> | undefined {
  const { maxConnectionsPerAddress: most, maxStartups, penalties, trustedAddresses, minRate } = raw;
  const settings: Partial<AdmissionSettings> = {
    ...(most === undefined ? {} : { maxPerAddress: parseCount(most) }),
    ...(maxStartups === undefined ? {} : { startups: parseStartups(maxStartups) }),
    ...(penalties === undefined ? {} : { hasPenalties: penalties }),
    ...(trustedAddresses === undefined ? {} : { trustedAddresses }),
    ...(minRate === undefined ? {} : { minRate: parseRate(minRate) }),
  };
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  const flag = "--max-connections-per-address";
  throw new RangeError(`Cannot use ${flag} "${text}": it must be a whole number`);
}
