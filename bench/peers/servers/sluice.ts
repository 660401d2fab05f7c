import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "../../process.ts";
import type { World } from "../world.ts";
import type { PeerServer } from "./server.ts";

/** A Sluice server. */
export interface SluiceServer extends PeerServer {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
}

/**
 * Starts a Sluice server over the shared files with its task's permissions.
 *
 * @param flags More flags.
 */
export async function startSluice(
  world: World,
  flags: readonly string[] = [],
): Promise<SluiceServer> {
  const task = await taskArguments("server");
  const process = world.processes.start(
    [Deno.execPath(), ...task, "--port", "0", "--root", world.files, ...flags],
    { cwd: PROJECT_FOLDER },
  );
  const isReady = (line: string): boolean => line.startsWith("sluice: listening on ");
  const line = await process.stdout.waitFor(isReady, "ready line of the server");
  const port = Number(/:(\d+),/.exec(line)?.[1]);
  return { port, process, address: `127.0.0.1:${port}` };
}
