import { ExitCode, run } from "@stricli/core";
import { escapeText } from "#protocol/escape_text.ts";
import { buildCli } from "./application.ts";
import { COMMAND_MODULES } from "./command_modules.ts";
import type { CliContext, CliEnvironment } from "./context.ts";
import { findValue, hasSwitch, moveGlobalFlags } from "./global_flags.ts";
import { withServerFlags } from "./load_command.ts";
import { USAGE_EXIT } from "./output/failure.ts";
import { jsonLine } from "./output/json_line.ts";
import { isInteractive } from "./terminal.ts";

/**
 * Runs one command line.
 *
 * @param args Arguments as typed, without the program's name.
 * @param environment What the process gives.
 * @returns The exit code (docs/cli.md).
 */
export async function runCli(
  args: readonly string[],
  environment: CliEnvironment,
): Promise<number> {
  const { inputs, leading, hasCommand } = moveGlobalFlags(args);
  if (hasCommand) return await runCommand(inputs, environment);
  if (isInteractive(environment.terminal) && !hasSwitch(leading, "--json")) {
    const { runMenu } = await COMMAND_MODULES.runMenu();
    const runLine = (line: readonly string[]): Promise<number> =>
      runCli([...leading, ...line], environment);
    const forMenu = withServerFlags(environment, {
      tls: hasSwitch(leading, "--tls"),
      ca: findValue(leading, "--ca"),
      tokenFile: findValue(leading, "--token-file"),
      mayAsk: true,
    });
    return await runMenu(forMenu, findValue(leading, "--server"), runLine);
  }
  const context = makeContext(environment, { isJson: false, out: environment.terminal.err });
  await run(buildCli(), ["--help"], context);
  return USAGE_EXIT;
}

async function runCommand(
  inputs: readonly string[],
  environment: CliEnvironment,
): Promise<number> {
  const { terminal } = environment;
  const isJson = hasSwitch(inputs, "--json");
  const context = makeContext(environment, { isJson, out: terminal.out });
  await run(buildCli(), inputs, context);
  return ourExitCode(Number(context.process.exitCode ?? 0));
}

interface ContextOptions {
  readonly isJson: boolean;
  /** Where help goes. */
  readonly out: (text: string) => void;
}

function makeContext(environment: CliEnvironment, options: ContextOptions): CliContext {
  return {
    environment,
    process: {
      stdout: { write: (text) => options.out.call(environment.terminal, text) },
      // Stricli writes here what is wrong with a command line, a line at a time.
      stderr: { write: (text) => writeUsageError(environment, text.trimEnd(), options.isJson) },
    },
  };
}

function writeUsageError(environment: CliEnvironment, message: string, isJson: boolean): void {
  if (isJson) {
    environment.terminal.out(jsonLine("error", { code: "invalid_request", message }));
  }
  environment.terminal.err(`sluice: ${escapeText(message)}\n`);
}

function ourExitCode(code: number): number {
  if (code === ExitCode.InvalidArgument || code === ExitCode.UnknownCommand) return USAGE_EXIT;
  return code < 0 ? 1 : code;
}
