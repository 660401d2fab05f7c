/**
 * The command line: `sluice COMMAND …` (docs/cli.md). This file alone touches arguments, environment
 * variables, signals and the exit.
 *
 * @module
 */
import { escapeText } from "#protocol/escape_text.ts";
import { CliTokens } from "./cli/cli_tokens.ts";
import type { ClientApi, ConnectOptions } from "./cli/client_api.ts";
import { DenoTerminal } from "./cli/deno_terminal.ts";
import { onFault } from "./cli/on_fault.ts";
import { describeFailure, INTERRUPTED_EXIT } from "./cli/output/failure.ts";
import { runCli } from "./cli/run_cli.ts";
import { atWorkingFolder, workingFolder } from "./cli/working_folder.ts";

/** How long an interrupted command may take to end in order. */
const GRACE_MS = 5_000;

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  const stop = new AbortController();
  const terminal = new DenoTerminal({
    noColor: Deno.env.get("NO_COLOR"),
    term: Deno.env.get("TERM"),
    onBrokenPipe: () => stop.abort(),
  });
  const tokens = new CliTokens({
    terminal,
    variable: Deno.env.get("SLUICE_TOKEN"),
    locate: (path) => atWorkingFolder(Deno.env.get("INIT_CWD"), path),
    signal: stop.signal,
  });
  let wasInterrupted = false;
  onInterrupt(() => {
    if (wasInterrupted) leaveAtOnce(terminal);
    wasInterrupted = true;
    stop.abort();
    setTimeout(() => leaveAtOnce(terminal), GRACE_MS);
  });
  onFault((error) => crash(terminal, error));
  try {
    const code = await runCli(Deno.args, {
      terminal,
      workingFolder: workingFolder(Deno.env.get("INIT_CWD")),
      homeFolder: Deno.env.get(Deno.build.os === "windows" ? "USERPROFILE" : "HOME"),
      server: Deno.env.get("SLUICE_SERVER"),
      os: Deno.build.os,
      signal: stop.signal,
      connect: (options) => connect(options, Deno.env.get("SLUICE_SERVER"), tokens),
    });
    await terminal.flush();
    if (wasInterrupted) return INTERRUPTED_EXIT;
    // The reader of stdout went away: all that is left is to end.
    return stop.signal.aborted ? 1 : code;
  } catch (error) {
    crash(terminal, error);
  } finally {
    terminal.restore();
  }
}

async function connect(
  options: ConnectOptions,
  serverVariable: string | undefined,
  tokens: CliTokens,
): Promise<ClientApi> {
  const [{ CommandClient }, { chooseServer }] = await Promise.all([
    import("./cli/command_client.ts"),
    import("./server_choice.ts"),
  ]);
  const server = options.server ?? serverVariable;
  const { tls: isEncrypted = false, ca } = options;
  const caFile = ca === undefined ? undefined : await atWorkingFolder(Deno.env.get("INIT_CWD"), ca);
  const token = await tokens.keeperOf(options, server);
  return new CommandClient({
    token,
    server: await chooseServer({ server, isEncrypted, caFile }),
    connections: options.connections ?? 1,
    retry: { attempts: options.attempts ?? 1 },
    ...(options.connectTimeoutMs === undefined
      ? {}
      : { connectTimeoutMs: options.connectTimeoutMs }),
  });
}

function onInterrupt(listener: () => void): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
    try {
      Deno.addSignalListener(signal, listener);
    } catch {
      // Windows knows SIGINT alone of these; the others cannot arrive there.
    }
  }
}

// A fault of this program's own, or no folder to stand in: one line all the same.
function crash(terminal: DenoTerminal, error: unknown): never {
  terminal.restore();
  const { message, exitCode } = describeFailure(error);
  Deno.stderr.writeSync(new TextEncoder().encode(`sluice: ${escapeText(message)}\n`));
  Deno.exit(exitCode);
}

function leaveAtOnce(terminal: DenoTerminal): never {
  terminal.restore();
  Deno.exit(INTERRUPTED_EXIT);
}
