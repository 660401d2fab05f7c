import type { CliContext, CommandAction, GlobalFlags } from "./context.ts";
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
      const { environment } = this;
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
