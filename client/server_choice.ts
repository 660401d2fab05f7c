import { DEFAULT_SERVER, parseServerAddress } from "./address.ts";
import type { ServerAddress } from "./types.ts";

/** What a person says of the server that is meant. */
export interface ServerChoice {
  /** `HOST:PORT` as typed; the default when missing or empty. */
  readonly server: string | undefined;
  /** `--tls`. */
  readonly isEncrypted: boolean;
  /** `--ca`, a path on this machine; it means `--tls`, too. */
  readonly caFile: string | undefined;
}

/**
 * Finds the server that a person means.
 *
 * @param choice What was typed.
 * @returns Its address, with whom to trust.
 * @throws {RangeError} When the address or the file cannot be used.
 */
export async function chooseServer(
  { server, isEncrypted, caFile }: ServerChoice,
): Promise<ServerAddress> {
  const address = server === undefined || server === ""
    ? DEFAULT_SERVER
    : parseServerAddress(server);
  if (caFile === undefined) return isEncrypted ? { tls: {}, ...address } : address;
  const { readCaFile } = await import("./read_ca_file.ts");
  return { ...address, tls: { ca: await readCaFile(caFile) } };
}
