import type { Connect, ConnectOptions } from "./client_api.ts";
import type { CliContext, CliEnvironment, CommandAction, GlobalFlags } from "./context.ts";
import { Report } from "./output/report.ts";

type LoadedCommand<FLAGS, ARGS extends readonly unknown[]> = (
  this: CliContext,
  flags: FLAGS,
  ...args: ARGS
) => Promise<void>;

/**
 * Wraps a command so that it is loaded only when it runs, and so that whatever it throws ends as one
 * line for people and an exit code.
 *
 * @param load Imports the command's module.
 * @returns A loader for Stricli.
 */
export function loadCommand<
  FLAGS extends GlobalFlags,
  ARGS extends readonly (string | undefined)[],
>(
  load: () => Promise<CommandAction<FLAGS, ARGS>>,
): () => Promise<LoadedCommand<FLAGS, ARGS>> {
  return async () => {
    const action = await load();
    return async function (this: CliContext, flags: FLAGS, ...args: ARGS): Promise<void> {
      const { tls, ca, tokenFile, json } = flags;
      const environment = withServerFlags(this.environment, { tls, ca, tokenFile, mayAsk: !json });
      const report = new Report(environment.terminal, {
        json: flags.json,
        quiet: flags.quiet,
        signal: environment.signal,
      });
      try {
        await action({ environment, flags, report }, ...args);
      } catch (error) {
        report.failure(error);
      }
      this.process.exitCode = report.exitCode;
    };
  };
}

/**
 * Has every client of a command use the command's encryption and access token.
 *
 * @param environment What the process gives.
 * @param flags What was typed, and whether a person may be asked for a token.
 * @returns The same environment with a `connect` of its own.
 */
export function withServerFlags(
  environment: CliEnvironment,
  flags: Pick<ConnectOptions, "tls" | "ca" | "tokenFile" | "mayAsk">,
): CliEnvironment {
  const connect: Connect = (options) => environment.connect({ ...options, ...flags });
  return { ...environment, connect };
}
