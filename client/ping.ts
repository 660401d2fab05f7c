import { FrameType } from "#protocol/frame.ts";
import { cancelledError, onAbort } from "./abort.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionPool } from "./connection_pool.ts";

const ACT = "ping the server";

/**
 * Measures the time of a PING to the server and back, without the time to connect. Like a status
 * request it may go between the frames of a transfer.
 *
 * @param pool Where the connection comes from.
 * @param signal Ends the wait.
 * @returns Milliseconds.
 * @throws {SluiceError} `unreachable`, `timeout`, `cancelled` and others.
 */
export async function pingServer(
  pool: ConnectionPool,
  signal: AbortSignal | undefined,
): Promise<number> {
  const busy = pool.anyInUse();
  if (busy !== undefined) return await roundTrip(busy, signal);
  using lease = await pool.lease({ act: ACT, signal });
  return await roundTrip(lease.connection, signal);
}

async function roundTrip(
  connection: Connection,
  signal: AbortSignal | undefined,
): Promise<number> {
  const startedAtMs = performance.now();
  const exchange = connection.request(FrameType.PING);
  using _watch = onAbort(signal, () => exchange.abandon(cancelledError(ACT, signal)));
  await exchange.next();
  return performance.now() - startedAtMs;
}
