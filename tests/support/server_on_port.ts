import { withDeadline } from "./deadline.ts";
import { LineLog } from "./line_log.ts";
import { taskArguments } from "./project_config.ts";
import { PROJECT_FOLDER } from "./project_files.ts";

// Systems hand out 32768 and up (Linux) or 49152 and up to clients: while a server is down, the
// connection of some other program must not take its port.
const LEAST_PORT = 20_000;
const END_PORT = 32_000;

/** Gives a port that is free now and that the system gives to nobody by itself. */
export function freeLowPort(): number {
  for (;;) {
    const port = LEAST_PORT + Math.floor(Math.random() * (END_PORT - LEAST_PORT));
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** A server that is killed when it is disposed of, without a chance to end in order. */
export interface MortalServer extends AsyncDisposable {
  readonly pid: number;
  /** The log. */
  readonly stderr: LineLog;
}

/**
 * Starts a server on a given port and waits until it is ready.
 *
 * @param port Where it listens.
 * @param root What it serves.
 * @param flags More flags, as on the command line.
 * @returns The running server.
 */
export async function startServerOn(
  port: number,
  root: string,
  flags: readonly string[] = [],
): Promise<MortalServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments("server"), "--port", `${port}`, "--root", root, ...flags],
    cwd: PROJECT_FOLDER,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr] = [new LineLog(child.stdout), new LineLog(child.stderr)];
  const die = async (): Promise<void> => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await withDeadline(Promise.all([child.status, stdout.ended, stderr.ended]), "a server's end");
  };
  try {
    await stdout.waitFor((line) => line.startsWith("sluice: listening on "), "ready line");
    return { pid: child.pid, stderr, [Symbol.asyncDispose]: die };
  } catch (error) {
    await die();
    throw new Error(`Cannot start the server; it said:\n${stderr.text}`, { cause: error });
  }
}
