import { PROJECT_FOLDER, taskArguments } from "./process.ts";

/** A gateway process that a bench measures. */
export interface BenchGateway extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly pid: number;
}

/**
 * Starts a gateway on a free loopback port.
 *
 * @param server Address of the file server.
 */
export async function startBenchGateway(server: string): Promise<BenchGateway> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments("web"), "--server", server, "--port", "0"],
    cwd: PROJECT_FOLDER,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const url = /(http:\S+)/.exec(value ?? "")?.[1];
  if (url === undefined) throw new Error("the gateway did not start");
  return {
    url,
    pid: child.pid,
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGTERM");
      await child.status;
      await reader.cancel();
    },
  };
}
