import { BaseClient } from "./base_client.ts";
import { CLIENT_PARTS } from "./client_parts.ts";
import type { SluiceClientOptions } from "./types.ts";

/**
 * A client of one server. It connects when it is first used, keeps a few connections open and
 * reuses them; calls beyond their number wait for their turn.
 *
 * Close it after use: open connections keep the process alive.
 *
 * Remote paths are joined by `/` and relative to the server's root; the empty path is root.
 */
export class SluiceClient extends BaseClient {
  /**
   * Makes a client; nothing is connected yet.
   *
   * @param options Where the server is, and how patient to be.
   */
  constructor(options: SluiceClientOptions = {}) {
    super(options, CLIENT_PARTS);
  }
}
