import type { ThrottleChange } from "#protocol/throttle.ts";
import { xxh128Module } from "#protocol/xxh128_module.ts";
import { ListeningServer } from "./listening_server.ts";
import { PortListener } from "./port_listener.ts";
import { prepareRoot } from "./prepare_root.ts";
import type { FleetMember } from "./processes/fleet.ts";
import { claimRoot, joinServer } from "./root_claim.ts";
import type { Server, ServerMember } from "./server.ts";
import { completeSettings, type ServerOptions, type ServerSettings } from "./server_options.ts";
import { ServerControls } from "./server_controls.ts";
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
  return await open({ ...settings, root }, claims.move(), undefined, () => spawn(root));
}

/** A process's place among those of its server. */
export interface Membership {
  readonly member: FleetMember;
  /** Tells the other ones that a client has changed the rates of the whole server. */
  readonly onThrottle: (change: ThrottleChange) => void;
}

/**
 * Starts one process of a server that has several, on a port that they share. The first one has prepared and
 * claimed root for all.
 *
 * @param settings This process's share of the server's settings; root is a real path.
 * @param membership Its place among them.
 * @returns The server, accepting connections.
 * @throws {RangeError} When the audit log cannot be written, or a reserve cannot be kept.
 * @throws {Deno.errors.AddrInUse} When the port is taken.
 */
export async function startMember(
  settings: ServerSettings,
  membership: Membership,
): Promise<ServerMember> {
  const { root, shared } = settings;
  return await open(settings, joinServer(root, shared), membership, () => spawnWorker(root));
}

/** Opens what a server needs; when that fails, nothing of it stays open. */
async function open(
  settings: ServerSettings,
  claim: Disposable,
  membership: Membership | undefined,
  spawn: () => Worker,
): Promise<ServerMember> {
  await using stack = new AsyncDisposableStack();
  stack.use(claim);
  const controls = stack.use(await ServerControls.open(settings));
  const xxh128 = await xxh128Module();
  const { host: hostname, port, tls } = settings;
  const reusePort = membership !== undefined;
  const listener = stack.adopt(
    new PortListener({ hostname, port, tls, reusePort }),
    (listener) => listener.close(),
  );
  const { member, onThrottle } = membership ?? {};
  const server = new ListeningServer(
    listener,
    settings,
    { claim, member, controls, xxh128, onThrottle },
    spawn,
  );
  stack.move();
  return server;
}

/** Spawns the real worker in its sandbox: root and the state folder in it, nothing else. */
function spawnWorker(root: string): Worker {
  return new Worker(new URL("./worker/main.ts", import.meta.url), {
    type: "module",
    name: "sluice-worker",
    deno: { permissions: workerPermissions(root) },
  });
}
