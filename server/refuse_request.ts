import type { SluiceError } from "#protocol/sluice_error.ts";
import type { ConnectionLog } from "./connection_log.ts";
import { encodeError, toSafeError } from "./error_reply.ts";

/** Where refusals go: to the client, and into the log. */
export interface RefusalSinks {
  readonly queue: { push(frame: Uint8Array): void };
  readonly log: ConnectionLog;
}

/**
 * Answers a request that no worker will see, with an id that the log and the metrics get, too.
 *
 * @param requestId The request.
 * @param error Why.
 * @param sinks Where it goes.
 */
export function refuseRequest(requestId: number, error: SluiceError, sinks: RefusalSinks): void {
  const said = toSafeError(error);
  sinks.log.refused(said);
  sinks.queue.push(encodeError(requestId, said));
}
