import type { ServerSettings } from "../server_options.ts";
import type { FleetLimits } from "./fleet.ts";

/** More processes than this only wait for each other. */
export const MAX_PROCESSES = 64;

/** What the operator was promised, and what each process may use of it. */
export interface SharedSettings {
  readonly limits: FleetLimits;
  /** Settings of each process, in their order. */
  readonly shares: readonly ServerSettings[];
}

/**
 * Shares out what holds for the whole server: connections, workers and the total rate. No process can use what
 * another one leaves, so that the sum is kept without asking.
 *
 * @param settings Of the server.
 * @param count Processes.
 * @returns Settings of each.
 * @throws {RangeError} When there are too many processes, or less of something than processes.
 */
export function shareSettings(settings: ServerSettings, count: number): SharedSettings {
  const { maxConnections, workers, throttle } = settings;
  if (!Number.isInteger(count) || count < 1 || count > MAX_PROCESSES) {
    throw new RangeError(
      `Cannot run ${count} processes: it must be a whole number from 1 to ${MAX_PROCESSES}`,
    );
  }
  requireEnough("--max-connections", maxConnections, count);
  requireEnough("--workers", workers, count);
  requireShareable(throttle.rate, count);
  const shares = Array.from({ length: count }, (_, index): ServerSettings => {
    const share = (whole: number): number => shareOf(whole, index, count);
    return {
      ...settings,
      maxConnections: share(maxConnections),
      workers: share(workers),
      spareWorkers: Math.min(settings.spareWorkers, share(workers)),
      throttle: { ...throttle, rate: share(throttle.rate) },
    };
  });
  return { limits: { maxConnections, workers, rate: throttle.rate }, shares };
}

/**
 * Gives what one process may use of something whole.
 *
 * @param whole A whole number.
 * @param index The process, from 0.
 * @param count Processes.
 */
export function shareOf(whole: number, index: number, count: number): number {
  return Math.floor(whole / count) + (index < whole % count ? 1 : 0);
}

/**
 * Makes sure that each process gets something of a rate.
 *
 * @param rate Bytes per second of all together; 0 for no limit.
 * @param count Processes.
 * @throws {RangeError} When there are more processes than bytes per second.
 */
export function requireShareable(rate: number, count: number): void {
  if (rate > 0) requireEnough("--rate", rate, count);
}

function requireEnough(flag: string, whole: number, count: number): void {
  if (whole >= count) return;
  throw new RangeError(`Cannot share ${flag} ${whole} out among ${count} processes`);
}
