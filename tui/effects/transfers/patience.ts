import type { SluiceClientOptions } from "#client/types.ts";

/** A server that was killed and comes back within the hour is gone on with by itself. */
const RETRY = { attempts: 700, firstWaitMs: 250, mostWaitMs: 5000, waitsForServer: true };

/** How long a try to connect may take: the next one comes soon. */
export const CONNECT_TIMEOUT_MS = 5000;
/** Silence after which a connection is taken for dead. */
export const REPLY_TIMEOUT_MS = 30_000;

/** Where a server is, and the access token for it. */
export type ServerReach = Pick<SluiceClientOptions, "server" | "token">;

/**
 * Options of the client that one transfer has for itself.
 *
 * @param server Where the server is, and the access token.
 * @param connections Connections that it may use.
 */
export function transferClientOptions(
  server: ServerReach,
  connections: number,
): SluiceClientOptions {
  return {
    ...server,
    connections,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    replyTimeoutMs: REPLY_TIMEOUT_MS,
    retry: RETRY,
  };
}

/** Longest that a transfer of a folder waits before it looks again at what there is. */
export function waitBeforeTry(failures: number): number {
  return Math.min(RETRY.mostWaitMs, RETRY.firstWaitMs * 2 ** failures);
}

/** Tries of a folder in a row in which nothing moved. */
export const MOST_TRIES: number = RETRY.attempts;
