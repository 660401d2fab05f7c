import type { WriteLimits } from "./limits/write_limits.ts";
import type { ThrottleSettings } from "./server_options.ts";

/** What can be changed while a server runs. */
export interface LiveControls {
  /** Limits on flow. */
  readonly throttle: ThrottleSettings;
  /** Limits on what clients may put into root. */
  readonly limits: WriteLimits;
  /** Most open connections. */
  readonly maxConnections: number;

  /**
   * Changes the limits on flow; transfers under way follow within a quarter of a second. Chunk size and
   * delay are those of the start.
   *
   * @param change What is to be another; the rest stays.
   * @throws {RangeError} When a number is out of its range.
   */
  setThrottle(change: Partial<Pick<ThrottleSettings, "rate" | "ratePerConnection">>): void;

  /**
   * Changes what clients may put into root, from the next request or piece of an upload on.
   *
   * @param limits All limits; those left out limit nothing.
   * @throws {RangeError} When one cannot be used.
   */
  setLimits(limits: Partial<WriteLimits>): void;

  /**
   * Changes how many connections may be open; those that are open stay.
   *
   * @param count How many.
   */
  setMaxConnections(count: number): void;

  /** Opens the audit log's file anew, if there is one: another program has put it aside. */
  reopenAudit(): void;
}
