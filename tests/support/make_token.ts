import assert from "node:assert/strict";
import { taskArguments } from "./project_config.ts";
import { PROJECT_FOLDER } from "./project_files.ts";
import { type CommandResult, runCommand } from "./run_command.ts";

/**
 * Runs `deno task server token …` with the permissions of that task.
 *
 * @param root The folder that is served.
 * @param args What a person types behind `token`.
 * @returns Exit code and output.
 */
export async function runTokenCommand(
  root: string,
  args: readonly string[],
): Promise<CommandResult> {
  const task = await taskArguments("server");
  const command = [...task, "token", ...args, "--root", root];
  return await runCommand(Deno.execPath(), command, { cwd: PROJECT_FOLDER });
}

/**
 * Makes a token as a person does.
 *
 * @param root The folder that is served.
 * @param args What a person types behind `token create`.
 * @returns The token.
 */
export async function makeToken(root: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runTokenCommand(root, ["create", ...args]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^sluice_[A-Za-z0-9_-]{48}\n$/);
  assert.ok(!stderr.includes(stdout.trim()), "the secret is on stdout alone");
  return stdout.trim();
}
