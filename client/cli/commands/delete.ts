import { escapeText } from "#protocol/escape_text.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import type { CommandRun } from "../context.ts";
import type { DeleteFlags } from "../name_routes.ts";
import { UsageError } from "../output/failure.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";
import { isInteractive } from "../terminal.ts";

/** Names that a question shows before it says "and N more". */
const NAMES_SHOWN = 5;

/**
 * `delete NAME…`: asks first, then deletes one after the other.
 *
 * @param run The command under way.
 * @param typed What to delete.
 */
export async function deleteNames(
  run: CommandRun<DeleteFlags>,
  ...typed: string[]
): Promise<void> {
  const names = typed.length > 0
    ? typed
    : [await required(run, undefined, "Cannot delete", "File or folder on the server")];
  const paths = names.map(parseRemoteArgument);
  if (!run.flags.yes && !await isConfirmed(run, paths)) {
    run.report.note("nothing was deleted");
    return;
  }
  await using client = await run.environment.connect({ server: run.flags.server });
  const { signal } = run.environment;
  const { permanent } = run.flags;
  for (const path of paths) {
    if (signal.aborted) return;
    try {
      const { trashId } = await client.delete(path, { permanent, signal });
      const note = permanent ? "" : ", kept in the server's trash";
      run.report.result({ name: path, permanent, trashId }, `deleted ${escapeText(path)}${note}`);
    } catch (error) {
      run.report.failure(error, path);
    }
  }
}

async function isConfirmed(
  run: CommandRun<DeleteFlags>,
  paths: readonly RemotePath[],
): Promise<boolean> {
  const { terminal, signal, homeFolder } = run.environment;
  if (!isInteractive(terminal) || run.flags.json) {
    throw new UsageError("Cannot delete without asking: add --yes where nobody can be asked");
  }
  const { Prompter } = await import("../prompt/prompter.ts");
  const shown = paths.slice(0, NAMES_SHOWN).map((path) => `"${path}"`).join(", ");
  const more = paths.length > NAMES_SHOWN ? ` and ${paths.length - NAMES_SHOWN} more` : "";
  const forGood = run.flags.permanent ? " for good" : "";
  return await new Prompter(terminal, signal, homeFolder)
    .confirm(`Delete ${shown}${more}${forGood}?`);
}
