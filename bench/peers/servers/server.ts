import type { Running } from "../processes.ts";
import { missingOf, type ToolName } from "../tools.ts";
import type { World } from "../world.ts";

/** A server under measurement. */
export interface PeerServer {
  readonly port: number;
  readonly process: Running;
}

const READY_MS = 10_000;
const AGAIN_MS = 20;

/** Gives a port of loopback that is free now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Waits until a server takes connections.
 *
 * @throws {Error} When it ends or does not within 10 s.
 */
export async function untilReady(name: string, server: PeerServer): Promise<PeerServer> {
  let hasEnded = false;
  void server.process.status.then(() => hasEnded = true);
  const deadlineMs = performance.now() + READY_MS;
  while (!hasEnded && performance.now() < deadlineMs) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port: server.port })).close();
      return server;
    } catch {
      // Not yet: these servers do not say when they are ready.
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  throw new Error(`${name} did not start`);
}

/** A peer's server, or why there is none. */
export interface Started<Server> {
  readonly server: Server | undefined;
  readonly missing: string | undefined;
}

/**
 * Starts a peer if its programs are there; a bench goes on without those that are not.
 *
 * @param needs Programs of the server and of its client.
 * @param start Starts it.
 */
export async function startPeer<Server extends PeerServer>(
  world: World,
  needs: readonly ToolName[],
  start: (world: World) => Promise<Server>,
): Promise<Started<Server>> {
  const missing = missingOf(world.tools, needs);
  if (missing !== undefined) return { server: undefined, missing };
  try {
    return { server: await start(world), missing: undefined };
  } catch (error) {
    return { server: undefined, missing: error instanceof Error ? error.message : `${error}` };
  }
}
