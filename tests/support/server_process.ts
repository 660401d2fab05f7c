import { LineLog } from "./line_log.ts";
import { taskArguments } from "./project_config.ts";
import { PROJECT_FOLDER } from "./project_files.ts";
import { stopProcess } from "./stop_process.ts";

/** What a test may choose of a server process. */
export interface ServerProcessOptions {
  /** The folder to serve. */
  readonly root: string;
  /** Port. @default 0, a free one */
  readonly port?: number;
  /** More flags, as on the command line. */
  readonly flags?: readonly string[];
  /** Deadlines in ms, by their names in server/server_options.ts; no flag sets them. */
  readonly timeouts?: Readonly<Record<string, number>>;
  /** Runs instead of `server/main.ts`: flags of `deno run`, then a program. */
  readonly program?: readonly string[];
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Program and arguments in front of `deno`, which they must become (`exec`). */
  readonly wrapper?: readonly string[];
}

/** A real server with permissions as in deno.json; SIGTERM and its end come with disposal. */
export interface ServerProcess extends AsyncDisposable {
  readonly hostname: string;
  readonly port: number;
  readonly pid: number;
  /** `127.0.0.1:PORT`, as the client's `--server` takes it. */
  readonly address: string;
  readonly stdout: LineLog;
  /** The log. */
  readonly stderr: LineLog;
  /** Resolves when the process has ended. */
  readonly status: Promise<Deno.CommandStatus>;
  /** Waits for a line of the log, which may have come already. */
  waitForLog(isWanted: (line: string) => boolean, what?: string): Promise<string>;
  /** Sends a signal to the deno process itself. */
  kill(signal: Deno.Signal): void;
}

const MAIN = "server/main.ts";
const WITH_TIMEOUTS = "tests/support/server_with_timeouts.ts";
const READY = /^sluice: listening on (.+):(\d+), serving /;

/**
 * Starts a server on a free port and waits until it is ready:
 * `await using server = await startServerProcess({ root })`.
 *
 * @param options What to serve and how.
 * @returns The running server.
 * @throws {Error} When it ends or says nothing instead of its ready line.
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const command = [...options.wrapper ?? [], Deno.execPath(), ...await serverArguments(options)];
  const child = new Deno.Command(command[0] ?? "", {
    args: command.slice(1),
    cwd: PROJECT_FOLDER,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr] = [new LineLog(child.stdout), new LineLog(child.stderr)];
  const stop = (): Promise<void> => stopProcess("server", { child, stdout, stderr });
  try {
    const line = await stdout.waitFor((text) => READY.test(text), "ready line");
    const [, hostname = "", port = ""] = READY.exec(line) ?? [];
    return {
      hostname,
      port: Number(port),
      pid: child.pid,
      address: `${hostname}:${port}`,
      stdout,
      stderr,
      status: child.status,
      waitForLog: (isWanted, what = "log line") => stderr.waitFor(isWanted, what),
      kill: (signal) => child.kill(signal),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`Cannot start the server; it said:\n${stderr.text}`, { cause: error });
  }
}

async function serverArguments(options: ServerProcessOptions): Promise<string[]> {
  const { root, port = 0, flags = [], timeouts } = options;
  const timed = timeouts === undefined ? undefined : [WITH_TIMEOUTS, JSON.stringify(timeouts)];
  const program = options.program ?? timed ?? [MAIN];
  const task = await taskArguments("server");
  const command = task.flatMap((word) => word === MAIN ? program : [word]);
  return [...command, "--port", String(port), "--root", root, ...flags];
}
