import type { CliEnvironment } from "#client/cli/context.ts";
import { runCli } from "#client/cli/run_cli.ts";
import { FakeClient } from "./fake_client.ts";
import { FakeTerminal, type FakeTerminalOptions } from "./fake_terminal.ts";

/** What a test may choose of a run. */
export interface CliRunOptions extends FakeTerminalOptions {
  readonly client?: FakeClient;
  readonly workingFolder?: string;
  readonly server?: string;
  readonly signal?: AbortSignal;
  readonly os?: string;
}

/** What came of a run. */
export interface CliRun {
  readonly code: number;
  readonly terminal: FakeTerminal;
  readonly client: FakeClient;
}

/**
 * Runs a command line with a fake terminal and a fake client.
 *
 * @param args What a person types behind the program's name.
 * @param options The world around it.
 */
export async function runWithFakes(
  args: readonly string[],
  options: CliRunOptions = {},
): Promise<CliRun> {
  const client = options.client ?? new FakeClient();
  const terminal = new FakeTerminal(options);
  const environment: CliEnvironment = {
    terminal,
    workingFolder: options.workingFolder ?? "/nowhere",
    homeFolder: "/home/someone",
    server: options.server,
    os: options.os ?? "linux",
    signal: options.signal ?? new AbortController().signal,
    connect: (connectOptions) => {
      client.connected = connectOptions;
      return Promise.resolve(client);
    },
  };
  return { code: await runCli(args, environment), terminal, client };
}
