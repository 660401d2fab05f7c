import { FrameType } from "#protocol/frame.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { Connection } from "./connection.ts";
import type { Exchange } from "./exchange.ts";

/** How long a cancelled request may take to end; then its connection is closed. */
const LET_GO_MS = 1000;

/**
 * Cancels a request and waits for its end: so the server hears that it was wanted, and the connection can
 * serve others.
 *
 * @param connection What the request came over.
 * @param exchange The request.
 * @param why What whoever waits for it gets.
 */
export async function letGo(
  connection: Connection,
  exchange: Exchange,
  why: SluiceError,
): Promise<void> {
  exchange.abandon(why);
  if (!connection.isOpen) return;
  // What is still on its way need not keep to a rate.
  connection.intake = undefined;
  connection.sendControl(FrameType.CANCEL, exchange.id);
  const timer = setTimeout(() => connection.close(), LET_GO_MS);
  try {
    await exchange.untilOver();
  } catch {
    // The server fell silent: the next one to use the connection will see.
  } finally {
    clearTimeout(timer);
  }
}
