import type { AccessRole } from "#protocol/access_role.ts";
import type { ConnectionPool } from "./connection_pool.ts";

/**
 * Asks what a client may do: each connection was told when it was opened.
 *
 * @param pool Where the connection comes from.
 * @param signal Ends the wait.
 * @returns The role.
 * @throws {SluiceError} `token_required`, `token_refused`, `unreachable` and others.
 */
export async function askForRole(
  pool: ConnectionPool,
  signal: AbortSignal | undefined,
): Promise<AccessRole> {
  using lease = await pool.lease({ act: "ask for the role", signal });
  return lease.connection.welcome.role;
}
