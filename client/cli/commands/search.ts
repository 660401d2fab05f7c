import type { FoundEntry } from "#protocol/replies.ts";
import type { CommandRun } from "../context.ts";
import type { SearchFlags } from "../look_routes.ts";
import { shortEntryLine } from "../output/entry_line.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";

/** Lines between two waits for stdout: keeps memory flat when it is slow. */
const LINES_PER_FLUSH = 500;

/**
 * `search PATTERN [DIR]`: prints each entry as soon as it is found.
 *
 * @param run The command under way.
 * @param typedPattern What names are looked for with.
 * @param typedFolder Where; everywhere when left out.
 */
export async function search(
  run: CommandRun<SearchFlags>,
  typedPattern?: string,
  typedFolder = "",
): Promise<void> {
  const pattern = await required(run, typedPattern, "Cannot search", "Name or part of a name");
  const folder = parseRemoteArgument(typedFolder);
  const { flags, report, environment: { signal } } = run;
  await using client = await run.environment.connect({ server: flags.server });
  let lines = 0;
  const { limit, caseSensitive: isCaseSensitive } = flags;
  const onCut = (): void => report.note(`stopped after ${lines}: there are more`);
  const found = client.find(folder, { pattern, limit, isCaseSensitive, signal, onCut });
  for await (const entry of found) {
    lines++;
    writeFound(run, entry);
    if (lines % LINES_PER_FLUSH === 0) await report.flush();
  }
  if (lines === 0) report.note("nothing was found");
}

function writeFound(run: CommandRun<SearchFlags>, entry: FoundEntry): void {
  const { path, kind, sizeBytes, modifiedAtMs } = entry;
  const record = { name: path, path, kind, sizeBytes, modifiedAtMs };
  run.report.result(record, shortEntryLine(path, kind));
}
