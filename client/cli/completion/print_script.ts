import type { CommandRun } from "../context.ts";
import { bashScript } from "./bash_script.ts";
import type { Shell } from "./completion_routes.ts";
import { fishScript } from "./fish_script.ts";
import { powershellScript } from "./powershell_script.ts";
import { zshScript } from "./zsh_script.ts";

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/**
 * `completions SHELL`: prints its script. The scripts hold no list of commands: they ask the program,
 * so they never go out of date.
 *
 * @param run The command under way.
 * @param shell Which one.
 */
export function printScript(run: CommandRun, shell: Shell): Promise<void> {
  run.environment.terminal.out(SCRIPTS[shell]);
  return Promise.resolve();
}
