import { LineLog } from "./line_log.ts";
import { taskArguments } from "./project_config.ts";
import { PROJECT_FOLDER } from "./project_files.ts";
import { stopProcess } from "./stop_process.ts";

/** What a test may choose of a gateway process. */
export interface GatewayProcessOptions {
  /** Address of the file server, `HOST:PORT`. */
  readonly server: string;
  /** Port. @default 0, a free one */
  readonly port?: number;
  /** More flags, as on the command line. */
  readonly flags?: readonly string[];
}

/** A real gateway with permissions as in deno.json; SIGTERM and its end come with disposal. */
export interface GatewayProcess extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly stdout: LineLog;
  readonly stderr: LineLog;
  /** Resolves when the process has ended. */
  readonly status: Promise<Deno.CommandStatus>;
  /** Sends a signal to the deno process itself. */
  kill(signal: Deno.Signal): void;
}

const READY = /^sluice-web: (https?:\/\/.+:(\d+)) for the server at /;

/**
 * Starts a gateway and waits until it is ready:
 * `await using gateway = await startGatewayProcess({ server: server.address })`.
 *
 * @param options Of which server.
 * @returns The running gateway.
 * @throws {Error} When it ends or says nothing instead of its ready line.
 */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const { server, port = 0, flags = [] } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments("web"), "--server", server, "--port", String(port), ...flags],
    cwd: PROJECT_FOLDER,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr] = [new LineLog(child.stdout), new LineLog(child.stderr)];
  const stop = (): Promise<void> => stopProcess("gateway", { child, stdout, stderr });
  try {
    const line = await stdout.waitFor((text) => READY.test(text), "ready line");
    const [, url = "", boundPort = ""] = READY.exec(line) ?? [];
    return {
      url,
      port: Number(boundPort),
      pid: child.pid,
      stdout,
      stderr,
      status: child.status,
      kill: (signal) => child.kill(signal),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`Cannot start the gateway; it said:\n${stderr.text}`, { cause: error });
  }
}
