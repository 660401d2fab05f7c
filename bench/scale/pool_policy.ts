import { HOPE_MS, type HopeMs } from "#server/release_pace.ts";
import { DEFAULT_TIMEOUTS } from "#server/server_options.ts";

/** How a pool hands out workers, in the words of server/worker_pool.ts and worker_lease.ts. */
export interface PoolPolicy {
  /** Most workers. */
  readonly limit: number;
  /** Idle ones that are kept warm. */
  readonly spare: number;
  /** That start at the same time. */
  readonly mostStarting: number;
  /**
   * Up to so many start without looking whether others come free and, unthrottled, are served at the
   * same time.
   */
  readonly prompt: number;
  /** Whether what is served takes all the speed that there is, not that of a throttle. */
  readonly isUnthrottled: boolean;
  /** How long one that came free gives hope of the next. */
  readonly hopeMs: HopeMs;
  /** A connection keeps its worker so long after its last request. */
  readonly lingerS: number;
  /** While others wait a lease ends after this time, between two requests. */
  readonly turnS: number;
  /** Idle workers beyond the spare ones end after this time. */
  readonly trimS: number;
}

/**
 * The policy of a server with default deadlines.
 *
 * @param cores Of its machine.
 * @param limit `--workers`.
 * @param isUnthrottled Whether the server has no throttle.
 */
export function policyOf(cores: number, limit: number, isUnthrottled: boolean): PoolPolicy {
  const mostStarting = Math.max(2, cores);
  return {
    limit,
    spare: Math.min(2, limit),
    mostStarting,
    prompt: isUnthrottled ? mostStarting : 2 * mostStarting,
    isUnthrottled,
    hopeMs: isUnthrottled ? HOPE_MS.unthrottled : HOPE_MS.throttled,
    lingerS: DEFAULT_TIMEOUTS.lingerMs / 1000,
    turnS: DEFAULT_TIMEOUTS.turnMs / 1000,
    trimS: 30,
  };
}
