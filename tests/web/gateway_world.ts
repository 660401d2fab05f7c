import { type Gateway, startGateway } from "#web/start_gateway.ts";
import type { GatewayLimits } from "#web/gateway_limits.ts";
import {
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "#tests/server/test_server.ts";

/** A file server and its gateway in this process. */
export interface GatewayWorld extends AsyncDisposable {
  readonly place: TestServer;
  readonly gateway: Gateway;
  readonly url: string;
  /** Asks the gateway; the path begins with `/`. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON. */
  post(path: string, body: unknown): Promise<Response>;
}

/** What a test may choose. */
export interface GatewayWorldOptions {
  readonly server?: TestServerOptions;
  readonly limits?: Partial<GatewayLimits>;
  /** As for `startGateway`. */
  readonly trustedAddresses?: string;
  /** As for `startGateway`. */
  readonly publicOrigin?: string;
  /** As for `startGateway`. */
  readonly requiresToken?: boolean;
  /** Collects faults; without it one fails the test that waits for the answer, by its status 500. */
  readonly onFault?: (error: unknown) => void;
}

/** Starts both: `await using world = await startGatewayWorld()`. */
export async function startGatewayWorld(options: GatewayWorldOptions = {}): Promise<GatewayWorld> {
  const place = await startTestServer(options.server);
  const gateway = await startGateway({
    server: { hostname: place.hostname, port: place.port },
    port: 0,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.trustedAddresses === undefined
      ? {}
      : { trustedAddresses: options.trustedAddresses }),
    ...(options.publicOrigin === undefined ? {} : { publicOrigin: options.publicOrigin }),
    ...(options.requiresToken === undefined ? {} : { requiresToken: options.requiresToken }),
    ...(options.onFault === undefined ? {} : { onFault: options.onFault }),
  });
  const { url } = gateway;
  return {
    place,
    gateway,
    url,
    ask: (path, init) => fetch(`${url}${path}`, init),
    post: (path, body) =>
      fetch(`${url}${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await gateway.stop();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** Reads an answer that must be a refusal. */
export async function refusalOf(
  response: Response,
): Promise<{ readonly status: number; readonly code: string; readonly message: string }> {
  const { error } = await response.json();
  return { status: response.status, code: error.code, message: error.message };
}
