import { withDeadline } from "#tests/support/deadline.ts";
import { LineLog } from "#tests/support/line_log.ts";
import { taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";

/** A real `deno task start`. */
export interface StartProcess extends AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly stdout: LineLog;
  readonly stderr: LineLog;
}

/**
 * Starts a server and its page: `await using process = await startBoth(["--root", root.path])`.
 *
 * @param flags As on the command line.
 * @param env More environment variables.
 */
export async function startBoth(
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<StartProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments("start"), ...flags],
    cwd: PROJECT_FOLDER,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr] = [new LineLog(child.stdout), new LineLog(child.stderr)];
  return {
    child,
    stdout,
    stderr,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended already.
      }
      await withDeadline(child.status, "the end of deno task start");
      await Promise.all([stdout.ended, stderr.ended]);
    },
  };
}

/** Waits for both ready lines; gives the page's address. */
export async function addressOf({ stdout }: StartProcess): Promise<string> {
  await stdout.waitFor((line) => line.startsWith("sluice: listening on "), "the server's line");
  const line = await stdout.waitFor((line) => line.startsWith("sluice-web: "), "the page's line");
  return /https?:\S+/.exec(line)?.[0] ?? "";
}
