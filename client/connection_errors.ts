import { SluiceError } from "#protocol/sluice_error.ts";
import { formatServerAddress } from "./address.ts";
import type { ServerAddress } from "./types.ts";

/**
 * Names the reason why a connection could not be made or was lost.
 *
 * @param error What Deno threw.
 * @param server The server that was meant.
 * @returns A {@linkcode SluiceError}; one that comes in goes out as it is.
 */
export function connectionError(error: unknown, server: ServerAddress): SluiceError {
  if (error instanceof SluiceError) return error;
  if (error instanceof Deno.errors.NotCapable) {
    return new SluiceError("permission_denied", cannotReach(server, error.message), {
      cause: error,
    });
  }
  return new SluiceError("unreachable", cannotReach(server, reasonOf(error)), { cause: error });
}

/**
 * Makes the error of a connection that ended without a word.
 *
 * @param server The server.
 * @returns `unreachable`.
 */
export function closedError(server: ServerAddress): SluiceError {
  return new SluiceError("unreachable", cannotReach(server, "the server closed the connection"));
}

/**
 * Makes the error of a server that was silent for too long.
 *
 * @param server The server.
 * @param ms How long it was silent.
 * @returns `timeout`.
 */
export function silenceError(server: ServerAddress, ms: number): SluiceError {
  return new SluiceError("timeout", cannotReach(server, `it was silent for ${ms / 1000} s`));
}

/**
 * Makes the error of a server that breaks the protocol.
 *
 * @param server The server.
 * @param why Which rule it broke.
 * @returns `protocol_error`.
 */
export function peerError(server: ServerAddress, why: string): SluiceError {
  return new SluiceError(
    "protocol_error",
    `Cannot talk to ${formatServerAddress(server)}: ${why}`,
  );
}

/** The sentence of all failures to reach a server. */
export function cannotReach(server: ServerAddress, why: string): string {
  return `Cannot reach ${formatServerAddress(server)}: ${why}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.ConnectionRefused) {
    return "connection refused; is the server running?";
  }
  if (error instanceof Deno.errors.TimedOut) return "no answer";
  if (error instanceof Deno.errors.NetworkUnreachable) return "the network is unreachable";
  if (error instanceof Deno.errors.AddrNotAvailable) return "the address is not available";
  if (
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted || error instanceof Deno.errors.NotConnected
  ) {
    return "the connection was lost";
  }
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes("lookup address")) return "the host name is unknown";
  return message.replace(/ \(os error \d+\).*$/s, "");
}
