import { LineLog } from "./line_log.ts";
import { taskArguments } from "./project_config.ts";
import { PROJECT_FOLDER } from "./project_files.ts";

/** A line of `--json`. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A client's command line that runs; it is killed when disposed of before its end. */
export interface ClientProcess extends AsyncDisposable {
  readonly pid: number;
  readonly stdout: LineLog;
  readonly stderr: LineLog;
  /** Resolves when the process has ended and all its output is read. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** The lines of `--json` so far. */
  records(): JsonRecord[];
  /** Sends a signal to the deno process itself; nothing happens when it has ended. */
  kill(signal: Deno.Signal): void;
}

/**
 * Starts the client's command line with the permissions of deno.json's task `client.ts`.
 *
 * @param address `HOST:PORT` of the server.
 * @param args What a user would type; `--json` is added.
 * @returns The running process.
 */
export async function startClientProcess(
  address: string,
  args: readonly string[],
): Promise<ClientProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments("client.ts"), "--server", address, "--json", ...args],
    cwd: PROJECT_FOLDER,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr] = [new LineLog(child.stdout), new LineLog(child.stderr)];
  const ended = Promise.all([child.status, stdout.ended, stderr.ended]).then(([status]) => status);
  const kill = (signal: Deno.Signal): void => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  return {
    pid: child.pid,
    stdout,
    stderr,
    ended,
    records: () => stdout.lines.flatMap(parseRecord),
    kill,
    [Symbol.asyncDispose]: async () => {
      kill("SIGKILL");
      await ended;
    },
  };
}

/**
 * Reads one line of JSON.
 *
 * @param line What a process wrote.
 * @returns The object, or nothing when the line is none.
 */
export function parseRecord(line: string): JsonRecord[] {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? [value] : [];
  } catch {
    return []; // Text for people.
  }
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
