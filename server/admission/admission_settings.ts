import { DEFAULT_TRUSTED, TrustedAddresses } from "#protocol/trusted_addresses.ts";
import { defaultStartups, type StartupLimits } from "./early_drop.ts";

/**
 * Who is let in, and how slow it may be; the deadlines are `ServerTimeouts`, the costs of offences `PENALTIES`. Plain data:
 * each process of a server gets them, and counts for itself.
 */
export interface AdmissionSettings {
  /** Most open connections of one address; 0 for no limit. @default a quarter of all connections, at least 64 */
  readonly maxPerAddress: number | undefined;
  /** When connections are dropped that have shown nothing yet. @default from a quarter of all connections to half */
  readonly startups: StartupLimits | undefined;
  /** Whether addresses that do wrong are refused for a while. @default true */
  readonly hasPenalties: boolean;
  /** Addresses for which none of these three hold. @default "loopback" */
  readonly trustedAddresses: string;
  /** Bytes per second that a transfer has to move; 0 when any byte will do. @default 1_000 */
  readonly minRate: number;
}

/** The least that a quarter of all connections is taken for. */
const LEAST_PER_ADDRESS = 64;

/**
 * Fills in defaults and checks ranges.
 *
 * @param options What the caller gave.
 * @throws {RangeError} When something is out of its range.
 */
export function completeAdmission(options: Partial<AdmissionSettings> = {}): AdmissionSettings {
  const settings: AdmissionSettings = {
    maxPerAddress: options.maxPerAddress,
    startups: options.startups,
    hasPenalties: options.hasPenalties ?? true,
    trustedAddresses: options.trustedAddresses ?? DEFAULT_TRUSTED,
    minRate: options.minRate ?? 1_000,
  };
  requireRange("max connections per address", settings.maxPerAddress ?? 0, 100_000);
  requireRange("min rate", settings.minRate, 1e12);
  new TrustedAddresses(settings.trustedAddresses);
  return settings;
}

/** The limits of a server, whose connections may be changed while it runs. */
export function limitsFor(
  { maxPerAddress, startups }: AdmissionSettings,
  maxConnections: number,
): { readonly perAddress: number; readonly startups: StartupLimits } {
  const quarter = Math.max(LEAST_PER_ADDRESS, Math.ceil(maxConnections / 4));
  const perAddress = maxPerAddress ?? quarter;
  return {
    perAddress: perAddress === 0 ? Infinity : perAddress,
    startups: startups ?? defaultStartups(maxConnections),
  };
}

function requireRange(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`Cannot use ${name} ${value}: it must be a whole number from 0 to ${most}`);
}
