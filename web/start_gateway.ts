import { fileURLToPath } from "node:url";
import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import { DEFAULT_TRUSTED } from "#protocol/trusted_addresses.ts";
import { formatServerAddress, type ServerAddress, SluiceClient } from "#client/mod.ts";
import { buildApp, type GatewayApp } from "./build_app.ts";
import { DEFAULT_LIMITS, type GatewayLimits } from "./gateway_limits.ts";
import { LoginGuard } from "./guards/login_guard.ts";
import { hostJudge } from "./guards/host_names.ts";
import { readPageFiles } from "./page_files.ts";
import { RenewableHttp, type RenewableHttpOptions } from "./renewable_http.ts";
import { Slots } from "./slots.ts";

/** Connections beside those of transfers: for calls that are short. */
const CALL_CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 5_000;

/** Options of {@linkcode startGateway}. */
export interface GatewayOptions {
  /** The file server. */
  readonly server: ServerAddress;
  /** Address to bind. @default "127.0.0.1" */
  readonly host?: string;
  /** Port; 0 takes a free one. @default 5000 */
  readonly port?: number;
  /** Certificate and key: browsers come by HTTPS. @default none, they come by HTTP */
  readonly tls?: TlsCertificate;
  /** Addresses that may show wrong tokens as often as they like, such as a proxy's. @default "loopback" */
  readonly trustedAddresses?: string;
  /** Where browsers come when a proxy with HTTPS is in front: `https://NAME`. @default none is */
  readonly publicOrigin?: string;
  /**
   * Whether nobody is served without an access token that the file server asked for: where other machines come.
   *
   * @default false
   */
  readonly requiresToken?: boolean;
  /** Folder of the page. @default `page` beside this file */
  readonly pageFolder?: string;
  /** Limits, for tests. */
  readonly limits?: Partial<GatewayLimits>;
  /** Told of faults of this program, with the id that a browser is told. @default stderr */
  readonly onFault?: (error: unknown, id: string) => void;
}

/** A running gateway. */
export interface Gateway {
  readonly hostname: string;
  readonly port: number;
  /** `http://HOST:PORT`, or with `https`. */
  readonly url: string;
  /** Takes another certificate for new connections; those that are open go on. Does nothing without HTTPS. */
  renewCertificate(read: () => Promise<TlsCertificate>): Promise<void>;
  /** Lets transfers go on for a moment, then ends all. A second call ends all at once. */
  stop(): Promise<void>;
}

/**
 * Starts the web interface: a client of the file server that speaks HTTP. It starts also when the file server is
 * not there.
 *
 * @param options Where.
 * @returns The running gateway.
 * @throws {Deno.errors.AddrInUse} When the port is taken.
 * @throws {RangeError} For trusted addresses that are none.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const logins = new LoginGuard({
    trustedAddresses: options.trustedAddresses ?? DEFAULT_TRUSTED,
  });
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const files = await readPageFiles(
    options.pageFolder ?? fileURLToPath(new URL("./page", import.meta.url)),
  );
  const connect = (token: string | undefined): SluiceClient =>
    new SluiceClient({
      server: options.server,
      connections: limits.transfers + CALL_CONNECTIONS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      ...(token === undefined ? {} : { token }),
    });
  let isOwnHost = (_host: string): boolean => false;
  const app = buildApp({
    gateway: {
      server: formatServerAddress(options.server),
      limits,
      publicOrigin: options.publicOrigin,
      requiresToken: options.requiresToken ?? false,
      logins,
      transfers: new Slots(limits.transfers, "transfers"),
      eventStreams: new Slots(limits.eventStreams, "event streams"),
      onFault: (error) => reportFault(error, options.onFault),
    },
    connect,
    files,
    isOwnHost: (host) => isOwnHost(host),
  });
  const cut = new AbortController();
  const listener = await listen({
    hostname: options.host ?? "127.0.0.1",
    port: options.port ?? 5000,
    tls: options.tls,
    signal: cut.signal,
    fetch: app.fetch,
  }, app);
  const { hostname, port } = listener.addr;
  const scheme = options.tls === undefined ? "http" : "https";
  // By HTTPS a page of another site cannot come here under its own name: no certificate would fit.
  isOwnHost = options.tls === undefined ? hostJudge(hostname, port) : (): boolean => true;
  return {
    hostname,
    port,
    url: `${scheme}://${formatServerAddress({ hostname, port })}`,
    renewCertificate: async (read): Promise<void> => {
      if (options.tls !== undefined) await listener.renew(read);
    },
    stop: stopper(listener, app, cut, limits.graceMs),
  };
}

async function listen(options: RenewableHttpOptions, app: GatewayApp): Promise<RenewableHttp> {
  try {
    return new RenewableHttp(options);
  } catch (error) {
    await app.close();
    throw error;
  }
}

function stopper(
  listener: RenewableHttp,
  app: GatewayApp,
  cut: AbortController,
  graceMs: number,
): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  let isOver = false;
  const stop = async (): Promise<void> => {
    const timer = setTimeout(() => cut.abort(), graceMs);
    app.endEvents();
    // Ends when the last request does, or by the cut.
    const ended = listener.shutdown();
    await Promise.race([ended, aborted(cut.signal)]);
    clearTimeout(timer);
    await app.close();
    await ended;
    isOver = true;
  };
  return () => {
    if (stopping !== undefined && !isOver) cut.abort();
    return stopping ??= stop();
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function reportFault(error: unknown, onFault: GatewayOptions["onFault"]): string {
  const id = crypto.randomUUID().slice(0, 8);
  if (onFault !== undefined) onFault(error, id);
  else console.error(`sluice-web: fault ${id}:`, error);
  return id;
}
