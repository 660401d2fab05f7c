import { formatRate } from "#protocol/byte_units.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { ThrottleChange, ThrottleResult } from "#protocol/throttle.ts";
import type { Access } from "./access/access.ts";
import type { ConnectionLog } from "./connection_log.ts";
import type { LiveControls } from "./live_controls.ts";

/** What THROTTLE shows and changes: the limits of the whole server. */
export type ThrottleControls = Pick<LiveControls, "throttle" | "setThrottle">;

/** Who asks. */
export interface ThrottleClient {
  /** Its address. */
  readonly peer: string;
  readonly log: ConnectionLog;
  readonly access: Access;
}

/**
 * Serves THROTTLE (docs/protocol.md §6.16): shows the limits on flow, or changes the rates. That it takes an admin
 * is looked at before, for all requests in one place (`access/least_role.ts`).
 *
 * @param controls What is changed.
 * @param change What is to be another; nothing shows only.
 * @param client Who asks.
 * @returns What holds from now on.
 * @throws {SluiceError} `permission_denied` for a change from another machine without an access token, or of who is
 * confined to a folder; `invalid_request` for a rate that cannot be used.
 */
export function serveThrottle(
  controls: ThrottleControls,
  change: ThrottleChange,
  client: ThrottleClient,
): ThrottleResult {
  const { rate, ratePerConnection } = change;
  if (rate === undefined && ratePerConnection === undefined) return controls.throttle;
  requireMayChange(client);
  try {
    controls.setThrottle({
      ...(rate === undefined ? {} : { rate }),
      ...(ratePerConnection === undefined ? {} : { ratePerConnection }),
    });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new SluiceError("invalid_request", cause.message, { cause });
  }
  const now = controls.throttle;
  client.log.throttled(rateText(now.rate), rateText(now.ratePerConnection));
  return now;
}

function requireMayChange({ peer, access }: ThrottleClient): void {
  if (access.base !== "") {
    throw new SluiceError(
      "permission_denied",
      "Cannot change the throttle: it is the whole server's, and the access token has a folder of it",
    );
  }
  if (access.token !== undefined || isOnThisMachine(peer)) return;
  throw new SluiceError(
    "permission_denied",
    "Cannot change the throttle: without access tokens only who is on the server's own machine may",
  );
}

function rateText(rate: number): string {
  return rate === 0 ? "none" : formatRate(rate);
}

/** Without access tokens the address is all that is known of a client. */
function isOnThisMachine(peer: string): boolean {
  return /^(127\.|::1:|::ffff:127\.)/.test(peer);
}
