import type { Entry } from "./admission/front_door.ts";
import { helloOverdue } from "./connection_hello.ts";
import type { ConnectionLog } from "./connection_log.ts";
import { toSafeError, withErrorId } from "./error_reply.ts";
import type { Arrival } from "./tls_entrance.ts";

/** Why a connection was closed whose peer does not encrypt as it should, for the log. */
const NO_TLS = "it made no TLS connection: another protocol, or it does not trust the certificate";

/** Why a connection was closed that a server had no time for, for the log. */
export const WAS_STOPPED = "the server was stopped";

/** A connection that was let in, before it is served. */
export interface Guest {
  readonly id: number;
  /** Address and port. */
  readonly peer: string;
  /** When it was accepted, by `performance.now()`. */
  readonly openedMs: number;
  readonly entry: Entry;
  readonly log: ConnectionLog;
}

/**
 * Makes what has to be done at the entrance for a guest that encrypts.
 *
 * @param guest Who.
 * @param options `ready` serves it; `isStopping` says whether the server stops.
 */
export function arrivalOf(
  { entry, log }: Guest,
  { ready, isStopping }: { readonly ready: () => void; readonly isStopping: () => boolean },
): Arrival {
  let isGivenUp = false;
  return {
    ready,
    late: (): void => {
      isGivenUp = true;
      const error = toSafeError(helloOverdue());
      entry.giveUp(error);
      log.ended(error, true);
      log.closed(withErrorId(error));
    },
    gone: (): void => {
      entry.leave();
      if (!isGivenUp) log.closed(isStopping() ? WAS_STOPPED : NO_TLS);
    },
  };
}
