import { BaseClient } from "../base_client.ts";
import type { SluiceClientOptions } from "../types.ts";
import { COMMAND_PARTS } from "./command_parts.ts";

/** The command line's client: the library's, but its parts are not even looked at before they are used. */
export class CommandClient extends BaseClient {
  /**
   * Makes a client; nothing is connected yet.
   *
   * @param options Where the server is, and how patient to be.
   */
  constructor(options: SluiceClientOptions) {
    super(options, COMMAND_PARTS);
  }
}
