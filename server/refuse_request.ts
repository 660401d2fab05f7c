import type { SluiceError } from "#protocol/sluice_error.ts";
import type { ConnectionLog, RefusedRequest } from "./connection_log.ts";
import { encodeError, toSafeError } from "./error_reply.ts";

/** Where refusals go: to the client, and into the log. */
export interface RefusalSinks {
  readonly queue: { push(frame: Uint8Array): void };
  readonly log: ConnectionLog;
}

/**
 * Answers a request that no worker will see, with an id that the log and the metrics get, too.
 *
 * @param request Which one, and what it was about where the audit log is to know.
 * @param error Why.
 * @param sinks Where it goes.
 */
export function refuseRequest(
  request: { readonly requestId: number } & RefusedRequest,
  error: SluiceError,
  sinks: RefusalSinks,
): void {
  const said = toSafeError(error);
  sinks.log.refused(said, request);
  sinks.queue.push(encodeError(request.requestId, said));
}
