import type { Logger } from "@logtape/logtape";
import { join } from "node:path";
import { escapeText } from "#protocol/escape_text.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import type { ServerSettings } from "../server_options.ts";
import { AccessControl } from "./access_control.ts";

/**
 * Gives what decides who may use a server, with the tokens that all servers of its root share.
 *
 * @param settings Of the server.
 * @param logger Hears what happens.
 */
export function accessControlOf(
  { root, isTokenRequired }: ServerSettings,
  logger: Logger,
): AccessControl {
  return new AccessControl(join(root, STATE_FOLDER), {
    isTokenRequired,
    onAsked: () => logger.info("access tokens are asked for"),
    onTrouble: (error) =>
      logger.error("cannot read the access tokens: {reason}", {
        reason: escapeText(String(error)),
      }),
  });
}
