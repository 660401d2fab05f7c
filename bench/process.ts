import { fileURLToPath } from "node:url";

/** The project's folder. */
export const PROJECT_FOLDER: string = fileURLToPath(new URL("..", import.meta.url));

/** A server process that a bench measures. */
export interface BenchServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly pid: number;
}

/** How a measured command ended. */
export interface Measured {
  /** Wall time from spawn to exit, in s. */
  readonly seconds: number;
  readonly stdout: string;
  /** Highest resident set that was seen, in MB; 0 where there is no /proc. */
  readonly peakMegabytes: number;
}

/**
 * Gives the arguments of a task's `deno run`, so that benches run what users run.
 *
 * @param name Name of a task in deno.json.
 * @returns Everything behind `deno`.
 */
export async function taskArguments(name: string): Promise<string[]> {
  const config = JSON.parse(await Deno.readTextFile(`${PROJECT_FOLDER}/deno.json`));
  const command: string = config.tasks[name].command;
  return command.split(" ").slice(1);
}

/**
 * Starts a server on a free loopback port.
 *
 * @param root Folder to serve.
 * @param flags More flags.
 */
export async function startBenchServer(
  root: string,
  flags: readonly string[] = [],
): Promise<BenchServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments("server"), "--port", "0", "--root", root, ...flags],
    cwd: PROJECT_FOLDER,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const address = /listening on (\S+),/.exec(value ?? "")?.[1];
  if (address === undefined) throw new Error("the server did not start");
  return {
    address,
    pid: child.pid,
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGTERM");
      await child.status;
      await reader.cancel();
    },
  };
}

/**
 * Runs a command to its end and measures it.
 *
 * @param program Its name or path.
 * @param args Its arguments.
 * @param cwd Where it runs.
 * @throws {Error} When it fails, with what it wrote.
 */
export async function measure(
  program: string,
  args: readonly string[],
  cwd: string = PROJECT_FOLDER,
): Promise<Measured> {
  const startedMs = performance.now();
  const child = new Deno.Command(program, {
    args: [...args],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  let peakMegabytes = 0;
  let hasEnded = false;
  void child.status.then(() => hasEnded = true);
  const watching = (async (): Promise<void> => {
    while (!hasEnded) {
      peakMegabytes = Math.max(peakMegabytes, await peakOf(child.pid));
      await Promise.race([child.status, new Promise((resolve) => setTimeout(resolve, 200))]);
    }
  })();
  const { success, stdout, stderr } = await output;
  const seconds = (performance.now() - startedMs) / 1000;
  await watching;
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return { seconds, stdout: decoder.decode(stdout), peakMegabytes };
}

/**
 * Times a command without watching it, so that nothing disturbs a short run.
 *
 * @returns Wall time in ms.
 */
export async function timeCommand(program: string, args: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const { success } = await new Deno.Command(program, {
    args: [...args],
    cwd: PROJECT_FOLDER,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
  return performance.now() - startedMs;
}

/** Highest resident set of a process so far, in MB. */
export async function peakOf(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return 0;
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/status`],
    stderr: "null",
  }).output();
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(new TextDecoder().decode(stdout))?.[1];
  return Number(kilobytes ?? 0) * 1024 / 1e6;
}

/**
 * Copies a file with the system's own programs and makes it durable: what this disk can do.
 *
 * @returns Seconds.
 */
export async function timeDurableCopy(from: string, to: string): Promise<number> {
  await Deno.remove(to).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  return (await timeCommand("cp", [from, to]) + await timeCommand("sync", [to])) / 1000;
}
