import { startServerWith } from "#server/start_server.ts";
import { workerPermissions } from "#server/worker_permissions.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { gatewayTarget, serverTarget, type TusAddresses } from "./storm_target.ts";
import type { Mortal } from "./storm.ts";

/** Starts somebody who dies, again and again, for one root. */
export type MakeMortal = (seed: number) => (root: string) => Promise<Mortal>;

/** A server process that gets SIGKILL. */
export const mortalServer: MakeMortal = () => startMortalServer;

/** A gateway process that gets SIGKILL, in front of a server that lives on; the next one knows what it has begun. */
export const mortalGateway: MakeMortal = () => {
  const addresses: TusAddresses = new Map();
  return (root) => startMortalGateway(root, addresses);
};

/** A server in this process of whose workers one is terminated in the middle of whatever it does. */
export const mortalWorker: MakeMortal = (seed) => {
  const random = new SeededRandom(seed);
  return (root) => startMortalWorker(root, random);
};

async function startMortalServer(root: string): Promise<Mortal> {
  const server = await startServerProcess({ root });
  return {
    connect: () => serverTarget(server),
    kill: async () => {
      server.kill("SIGKILL");
      await server.status;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function startMortalGateway(root: string, addresses: TusAddresses): Promise<Mortal> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startServerProcess({ root }));
  const gateway = stack.use(await startGatewayProcess({ server: server.address }));
  const owned = stack.move();
  return {
    connect: () => gatewayTarget(gateway.url, addresses),
    kill: async () => {
      gateway.kill("SIGKILL");
      await gateway.status;
      await untilServerRests(server);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startMortalWorker(root: string, random: SeededRandom): Promise<Mortal> {
  const workers: Worker[] = [];
  const server = await startServerWith({
    root,
    port: 0,
    workers: 4,
    spareWorkers: 0,
    timeouts: { heartbeatMs: 2_000, tickMs: 100, lingerMs: 100 },
  }, (folder) => {
    const worker = new Worker(import.meta.resolve("#server/worker/main.ts"), {
      type: "module",
      deno: { permissions: workerPermissions(folder) },
    });
    workers.push(worker);
    return worker;
  });
  return {
    connect: () => serverTarget(server),
    kill: async () => {
      workers[random.between(0, workers.length)]?.terminate();
      await untilServerRests(server);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
