import type { ClientApi } from "../client_api.ts";
import type { CommandRun, GlobalFlags } from "../context.ts";
import type { TransferFlags } from "../flags.ts";

/** Tries in a row without any progress, so that a server's restart is outlived. */
const TRANSFER_ATTEMPTS = 8;

/**
 * Says how many transfers can run together.
 *
 * @param flags The command's flags.
 * @param names How many names were given.
 */
export function transfersAtOnce(flags: TransferFlags, names: number): number {
  return flags.recursive ? flags.jobs : Math.min(flags.jobs, names);
}

/**
 * Makes the client of an upload or download: one connection per transfer and one for the walk.
 *
 * @param run The command under way.
 * @param atOnce Transfers that run together.
 * @throws {SluiceError} `unreachable`, at once, when there is no server.
 */
export async function connectForTransfers(
  run: CommandRun<GlobalFlags & { readonly recursive: boolean }>,
  atOnce: number,
): Promise<ClientApi> {
  const client = await run.environment.connect({
    server: run.flags.server,
    connections: run.flags.recursive ? atOnce + 1 : atOnce,
    attempts: TRANSFER_ATTEMPTS,
  });
  // A server that goes away is waited for; one that was never there is most likely a wrong address.
  try {
    await client.ping({ signal: run.environment.signal });
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}
