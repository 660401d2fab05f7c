import { LineLog } from "./line_log.ts";
import { PROJECT_FOLDER } from "./project_files.ts";
import { runCommand } from "./run_command.ts";
import { freeLowPort } from "./server_on_port.ts";
import { stopProcess } from "./stop_process.ts";

/** HAProxy in front of two servers. */
export interface HaProxy extends AsyncDisposable {
  readonly hostname: string;
  readonly port: number;
  readonly stderr: LineLog;
}

/** Whether HAProxy is installed. */
export async function hasHaProxy(): Promise<boolean> {
  try {
    return (await runCommand("haproxy", ["-v"])).code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Starts HAProxy with the configuration of docs/haproxy.cfg.
 *
 * @param a Address of a server.
 * @param b Address of the other one.
 * @returns The proxy; it accepts connections.
 */
export async function startHaProxy(a: string, b: string): Promise<HaProxy> {
  const [hostname, port] = ["127.0.0.1", freeLowPort()];
  const child = new Deno.Command("haproxy", {
    // With a master process it says when it has started.
    args: ["-W", "-db", "-f", "docs/haproxy.cfg"],
    cwd: PROJECT_FOLDER,
    env: { SLUICE_BIND: `${hostname}:${port}`, SLUICE_A: a, SLUICE_B: b },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr] = [new LineLog(child.stdout), new LineLog(child.stderr)];
  const stop = (): Promise<void> => stopProcess("proxy", { child, stdout, stderr });
  try {
    await stderr.waitFor((line) => line.includes("Loading success"), "sign of HAProxy's start");
    return { hostname, port, stderr, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw new Error(`Cannot start HAProxy; it said:\n${stderr.text}`, { cause: error });
  }
}
