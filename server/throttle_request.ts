import { formatRate } from "#protocol/byte_units.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { ThrottleChange, ThrottleResult } from "#protocol/throttle.ts";
import type { ConnectionLog } from "./connection_log.ts";
import type { ServerControls } from "./server_controls.ts";

/**
 * Serves THROTTLE (docs/protocol.md §6.15): shows the limits on flow, or changes the rates.
 *
 * @param controls What is changed.
 * @param change What is to be another; nothing shows only.
 * @param client Who asks.
 * @returns What holds from now on.
 * @throws {SluiceError} `permission_denied` for a change from another machine.
 */
export function serveThrottle(
  controls: ServerControls,
  change: ThrottleChange,
  client: { readonly peer: string; readonly log: ConnectionLog },
): ThrottleResult {
  const { rate, ratePerConnection } = change;
  if (rate === undefined && ratePerConnection === undefined) return controls.throttle;
  if (!isOnThisMachine(client.peer)) {
    throw new SluiceError(
      "permission_denied",
      "Cannot change the throttle: only who is on the server's own machine may",
    );
  }
  controls.setThrottle({
    ...(rate === undefined ? {} : { rate }),
    ...(ratePerConnection === undefined ? {} : { ratePerConnection }),
  });
  const now = controls.throttle;
  client.log.throttled(rateText(now.rate), rateText(now.ratePerConnection));
  return now;
}

function rateText(rate: number): string {
  return rate === 0 ? "none" : formatRate(rate);
}

/** Without access tokens the address is all that is known of a client. */
function isOnThisMachine(peer: string): boolean {
  return /^(127\.|::1:|::ffff:127\.)/.test(peer);
}
