import type { TlsCertificate } from "#protocol/tls_certificate.ts";
import type { LiveControls } from "../live_controls.ts";
import type { LogLevel } from "../log_output.ts";
import type { MetricsAddress } from "../metrics/server_metrics.ts";
import { prepareRoot } from "../prepare_root.ts";
import { claimRoot } from "../root_claim.ts";
import { completeSettings, type ServerOptions } from "../server_options.ts";
import { shareSettings } from "./share_settings.ts";
import { type ProcessesOptions, Supervisor } from "./supervisor.ts";

/** A server of several processes. */
export interface ProcessServer {
  readonly hostname: string;
  readonly port: number;
  /** Real path of the folder that it serves. */
  readonly root: string;
  /** Number in the system of each process that accepts connections. */
  readonly pids: readonly number[];
  /** Where metrics of all of them are served, when they are. */
  readonly metricsAddress: MetricsAddress | undefined;
  /** What can be changed while they run. */
  readonly controls: LiveControls;
  /** Gives all processes another certificate for new connections. */
  renewCertificate(tls: TlsCertificate): void;
  /** Changes how much all processes log. */
  setLogLevel(level: LogLevel): void;
  /** Stops all processes; called again, at once. */
  stop(): Promise<void>;
}

/**
 * Starts a server of several processes on one port. This process serves nobody: it starts the others, starts them
 * again when they end, tells them of each other, and stops them. When it is killed they stop by themselves.
 *
 * @param options Of the whole server.
 * @param processes How many, and how they log.
 * @returns The server, when all processes accept connections.
 * @throws {RangeError} When a setting is out of its range.
 * @throws {SluiceError} When root cannot be served or a process cannot start.
 * @throws {Deno.errors.AddrInUse} When the port is taken.
 */
export async function startProcesses(
  options: ServerOptions,
  processes: ProcessesOptions,
): Promise<ProcessServer> {
  const settings = completeSettings(options);
  shareSettings(settings, processes.count);
  if (Deno.build.os !== "linux") {
    throw new RangeError("Cannot run several processes: only Linux shares a port out evenly");
  }
  const root = await prepareRoot(settings.root, settings.shared);
  using claims = new DisposableStack();
  const claim = claims.use(await claimRoot(root, settings.shared));
  const address = freeAddress(settings.host, settings.port);
  const whole = { ...settings, root, port: address.port };
  const supervisor = new Supervisor(whole, processes, claim);
  claims.move();
  await supervisor.start();
  const { hostname, port } = address;
  return {
    hostname,
    port,
    root,
    get pids(): readonly number[] {
      return supervisor.pids;
    },
    metricsAddress: supervisor.metricsAddress,
    controls: supervisor.controls,
    renewCertificate: (tls) => supervisor.renewCertificate(tls),
    setLogLevel: (level) => supervisor.setLogLevel(level),
    stop: () => supervisor.stop(),
  };
}

/**
 * Finds the port. Nobody may have it: processes of one user could share it with another server by mistake, and
 * connections would end up in either.
 */
function freeAddress(hostname: string, port: number): Deno.NetAddr {
  using listener = Deno.listen({ hostname, port });
  return listener.addr;
}
