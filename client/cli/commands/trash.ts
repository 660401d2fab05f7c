import { formatBytes } from "#protocol/byte_units.ts";
import { escapeText } from "#protocol/escape_text.ts";
import type { TrashEntry } from "#protocol/replies.ts";
import type { CommandRun } from "../context.ts";
import { UsageError } from "../output/failure.ts";
import { formatLocalTime } from "../output/local_time.ts";
import { required } from "../required_argument.ts";
import { isInteractive } from "../terminal.ts";
import type { EmptyFlags, RestoreFlags } from "../trash_routes.ts";

/**
 * `trash list`: one line per entry, the newest first.
 *
 * @param run The command under way.
 */
export async function listTrash(run: CommandRun): Promise<void> {
  const { report, environment: { signal } } = run;
  await using client = await run.environment.connect({ server: run.flags.server });
  let lines = 0;
  for await (const entry of client.trash({ signal })) {
    lines++;
    report.result({ name: entry.path, ...entry }, trashLine(entry));
  }
  if (lines === 0) report.note("the trash is empty");
}

/**
 * `trash restore ID…`.
 *
 * @param run The command under way.
 * @param typed Ids.
 */
export async function restoreTrash(
  run: CommandRun<RestoreFlags>,
  ...typed: string[]
): Promise<void> {
  const ids = typed.length > 0
    ? typed
    : [await required(run, undefined, "Cannot restore", "Id that trash list shows")];
  const { flags: { server, onConflict }, report, environment: { signal } } = run;
  await using client = await run.environment.connect({ server });
  for (const id of ids) {
    if (signal.aborted) return;
    try {
      const { outcome, path } = await client.restore(id, { onConflict, signal });
      const text = outcome === "skipped"
        ? `skipped ${escapeText(id)}: the name is taken on the server`
        : `restored ${escapeText(path)}${outcome === "replaced" ? " (replaced)" : ""}`;
      report.result({ name: path, trashId: id, outcome }, text);
    } catch (error) {
      report.failure(error, id);
    }
  }
}

/**
 * `trash empty [ID…]`: asks first.
 *
 * @param run The command under way.
 * @param ids Ids; all when there is none.
 */
export async function emptyTrash(run: CommandRun<EmptyFlags>, ...ids: string[]): Promise<void> {
  const { flags, report, environment } = run;
  if (!flags.yes && !await isConfirmed(run, ids.length)) {
    return report.note("nothing was removed");
  }
  await using client = await environment.connect({ server: flags.server });
  const removed = await client.emptyTrash(ids.length > 0 ? ids : undefined, {
    signal: environment.signal,
  });
  report.result({ name: "trash", removed }, `removed ${countText(removed)} for good`);
}

async function isConfirmed(run: CommandRun<EmptyFlags>, count: number): Promise<boolean> {
  const { terminal, signal, homeFolder } = run.environment;
  if (!isInteractive(terminal) || run.flags.json) {
    throw new UsageError(
      "Cannot empty the trash without asking: add --yes where nobody can be asked",
    );
  }
  const { Prompter } = await import("../prompt/prompter.ts");
  const what = count === 0 ? "everything in the trash" : countText(count);
  return await new Prompter(terminal, signal, homeFolder).confirm(`Remove ${what} for good?`);
}

function countText(count: number): string {
  return count === 1 ? "1 entry" : `${count} entries`;
}

function trashLine({ id, path, kind, sizeBytes, deletedAtMs }: TrashEntry): string {
  const size = kind === "file" ? formatBytes(sizeBytes) : "-";
  const shown = escapeText(path) + (kind === "folder" ? "/" : "");
  return `${escapeText(id)}  ${formatLocalTime(deletedAtMs)}  ${size.padStart(7)}  ${shown}`;
}
