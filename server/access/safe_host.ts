import { isLoopback } from "#protocol/loopback.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** What decides whether an address may be listened on. */
export interface ExposedServer {
  readonly host: string;
  /** Whether the line is encrypted. */
  readonly hasTls: boolean;
  /** Whether a token is asked for. */
  readonly hasTokens: boolean;
  /** Whether somebody said that he knows what he does. */
  readonly isInsecure: boolean;
}

/**
 * Refuses to listen where others than this machine may come from, without encryption and tokens.
 *
 * @param server What is about to be started.
 * @throws {SluiceError} `permission_denied`, with a sentence that says how to do it right.
 */
export function requireSafeHost(server: ExposedServer): void {
  const { host, hasTls, hasTokens, isInsecure } = server;
  if (isLoopback(host) || isInsecure || (hasTls && hasTokens)) return;
  throw new SluiceError(
    "permission_denied",
    `Cannot listen on ${host}: other machines could read and change every file, or overhear the ` +
      "access tokens; encrypt with --tls-cert and --tls-key, make tokens with " +
      "deno task server token create (or say --require-token), or say --insecure",
  );
}
