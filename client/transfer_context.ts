import type { ClientParts } from "./client_parts.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import type { RetryOptions } from "./types.ts";

/** What all transfers of one client share. */
export interface TransferContext {
  readonly pool: ConnectionPool;
  readonly parts: ClientParts;
  readonly retry: Required<RetryOptions>;
}
