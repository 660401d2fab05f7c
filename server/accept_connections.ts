import type { Logger } from "@logtape/logtape";
import type { PortListener } from "./port_listener.ts";

/** After a fault, until the next try. */
const RETRY_MS = 100;

/** Who takes connections. */
export interface Host {
  readonly isStopping: () => boolean;
  /** Resolves when one more may be accepted, or the server stops. */
  readonly untilRoom: () => Promise<void>;
  /** Takes one. */
  readonly open: (conn: Deno.TcpConn | Deno.TlsConn) => void;
  readonly logger: Logger;
}

/**
 * Accepts connections until the server stops.
 *
 * @param listener Where they come from; somebody else closes it.
 * @param host Who takes them.
 */
export async function acceptConnections(listener: PortListener, host: Host): Promise<void> {
  for (;;) {
    await host.untilRoom();
    if (host.isStopping()) return;
    try {
      host.open(await listener.accept());
    } catch (error) {
      if (host.isStopping()) return;
      // A peer that left before it was accepted keeps nobody waiting: one that does so again and
      // again could keep everybody.
      if (hasLeft(error)) continue;
      // Out of descriptors: others are served on, and what they free can be used in a moment.
      host.logger.warn("cannot accept a connection: {reason}", { reason: String(error) });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Whether a peer ended its connection before it was accepted; Deno asks for its address then. */
function hasLeft(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.ConnectionAborted;
}
