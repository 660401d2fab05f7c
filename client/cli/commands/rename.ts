import type { CommandRun } from "../context.ts";
import { escapeText } from "#protocol/escape_text.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";

/**
 * `rename OLD NEW`: never replaces anything.
 *
 * @param run The command under way.
 * @param typedFrom The present name.
 * @param typedTo The new name, with its folders.
 */
export async function rename(
  run: CommandRun,
  typedFrom?: string,
  typedTo?: string,
): Promise<void> {
  const from = parseRemoteArgument(
    await required(run, typedFrom, "Cannot rename", "Old name on the server"),
  );
  const to = parseRemoteArgument(await required(run, typedTo, "Cannot rename", "New name"));
  await using client = await run.environment.connect({ server: run.flags.server });
  await client.rename(from, to, { signal: run.environment.signal });
  run.report.result({ name: to, from, to }, `renamed ${escapeText(from)} to ${escapeText(to)}`);
}
