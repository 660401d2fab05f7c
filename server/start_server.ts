import { xxh128Module } from "#protocol/xxh128_module.ts";
import { ListeningServer } from "./listening_server.ts";
import { prepareRoot } from "./prepare_root.ts";
import type { FleetMember } from "./processes/fleet.ts";
import { claimRoot, joinServer } from "./root_claim.ts";
import type { Server, ServerMember } from "./server.ts";
import { completeSettings, type ServerOptions, type ServerSettings } from "./server_options.ts";
import { workerPermissions } from "./worker_permissions.ts";

export type { Server } from "./server.ts";

/**
 * Starts a server. It has no effect on the process besides its socket, its workers and root.
 *
 * @param options Where to listen, what to serve, and the limits.
 * @returns The server, accepting connections.
 * @throws {RangeError} When a setting is out of its range.
 * @throws {SluiceError} `not_a_folder` or `permission_denied` when root cannot be served, `busy` when
 * another server does.
 * @throws {Deno.errors.AddrInUse} When the port is taken.
 */
export function startServer(options: ServerOptions): Promise<Server> {
  return startServerWith(options, spawnWorker);
}

/**
 * Starts a server whose workers run another module; for tests of what happens when one fails.
 *
 * @param options As for {@linkcode startServer}.
 * @param spawn Makes a worker that may use root and nothing else.
 * @returns The server, accepting connections.
 */
export async function startServerWith(
  options: ServerOptions,
  spawn: (root: string) => Worker,
): Promise<Server> {
  const settings = completeSettings(options);
  const root = await prepareRoot(settings.root, settings.shared);
  using claims = new DisposableStack();
  claims.use(await claimRoot(root, settings.shared));
  const xxh128 = await xxh128Module();
  const listener = Deno.listen({ hostname: settings.host, port: settings.port });
  const place = { claim: claims.move(), member: undefined, xxh128 };
  return new ListeningServer(listener, { ...settings, root }, place, () => spawn(root));
}

/**
 * Starts one process of a server that has several, on a port that they share. The first one has prepared and
 * claimed root for all.
 *
 * @param settings This process's share of the server's settings; root is a real path.
 * @param member Its place among them.
 * @returns The server, accepting connections.
 * @throws {Deno.errors.AddrInUse} When the port is taken.
 */
export async function startMember(
  settings: ServerSettings,
  member: FleetMember,
): Promise<ServerMember> {
  const { host: hostname, port, root, shared } = settings;
  using claims = new DisposableStack();
  claims.use(joinServer(root, shared));
  const xxh128 = await xxh128Module();
  const listener = Deno.listen({ hostname, port, reusePort: true });
  const place = { claim: claims.move(), member, xxh128 };
  return new ListeningServer(listener, settings, place, () => spawnWorker(root));
}

/** Spawns the real worker in its sandbox: root and the state folder in it, nothing else. */
function spawnWorker(root: string): Worker {
  return new Worker(new URL("./worker/main.ts", import.meta.url), {
    type: "module",
    name: "sluice-worker",
    deno: { permissions: workerPermissions(root) },
  });
}
