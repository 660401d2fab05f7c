import type { WriteLimits } from "./limits/write_limits.ts";
import type { ThrottleSettings } from "./server_options.ts";

/** What may change while a server runs, for all its workers; see `SharedJson`. */
export interface LiveSettings {
  readonly throttle: ThrottleSettings;
  readonly limits: WriteLimits;
  /** Whether workers tell what was done, line by line. */
  readonly isAudited: boolean;
}
