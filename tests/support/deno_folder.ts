import { runCommand } from "./run_command.ts";

let found: Promise<string> | undefined;

/** Where Deno keeps packages and compiled code: a program with another home folder needs to be told. */
export function denoFolder(): Promise<string> {
  found ??= runCommand(Deno.execPath(), ["info", "--json"]).then(({ stdout }) =>
    JSON.parse(stdout).denoDir
  );
  return found;
}
