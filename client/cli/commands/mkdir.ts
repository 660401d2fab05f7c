import { escapeText } from "#protocol/escape_text.ts";
import type { CommandRun } from "../context.ts";
import type { MkdirFlags } from "../name_routes.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";

/**
 * `mkdir DIR`.
 *
 * @param run The command under way.
 * @param typed The folder to make.
 */
export async function mkdir(run: CommandRun<MkdirFlags>, typed?: string): Promise<void> {
  const path = parseRemoteArgument(
    await required(run, typed, "Cannot make a folder", "Name of the new folder"),
  );
  await using client = await run.environment.connect({ server: run.flags.server });
  await client.mkdir(path, { parents: run.flags.parents, signal: run.environment.signal });
  run.report.result({ name: path }, `made ${escapeText(path)}/`);
}
