import { joinRemotePath, remoteName, type RemotePath } from "#protocol/remote_path.ts";
import type { Entry } from "#protocol/replies.ts";
import type { ClientApi } from "../client_api.ts";
import type { CommandRun } from "../context.ts";
import type { ListFlags } from "../name_routes.ts";
import { longEntryLine, shortEntryLine } from "../output/entry_line.ts";
import { parseRemoteArgument } from "../remote_argument.ts";

/** Lines between two waits for stdout: keeps memory flat when it is slow. */
const LINES_PER_FLUSH = 500;

/**
 * `list [DIR]`: one line per entry, in the server's order.
 *
 * @param run The command under way.
 * @param typed The folder; root when left out.
 */
export async function list(run: CommandRun<ListFlags>, typed = ""): Promise<void> {
  const folder = parseRemoteArgument(typed);
  await using client = await run.environment.connect({ server: run.flags.server });
  await listFolder(run, client, folder, "");
}

async function listFolder(
  run: CommandRun<ListFlags>,
  client: ClientApi,
  folder: RemotePath,
  prefix: string,
): Promise<void> {
  const below: string[] = [];
  let lines = 0;
  for await (const entry of client.list(folder, { signal: run.environment.signal })) {
    writeEntry(run, folder, prefix, entry);
    if (run.flags.recursive && entry.kind === "folder") below.push(entry.name);
    if (++lines % LINES_PER_FLUSH === 0) await run.report.flush();
  }
  for (const name of below) {
    try {
      const path = joinRemotePath(folder, name);
      await listFolder(run, client, path, `${prefix}${remoteName(path)}/`);
    } catch (error) {
      // One folder that cannot be read, or is gone by now, does not hide the others.
      run.report.failure(error, name);
    }
  }
}

function writeEntry(
  run: CommandRun<ListFlags>,
  folder: RemotePath,
  prefix: string,
  entry: Entry,
): void {
  const shown = prefix + entry.name;
  const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
  const { kind, sizeBytes, modifiedAtMs } = entry;
  run.report.result(
    { name: entry.name, path, kind, sizeBytes, modifiedAtMs },
    run.flags.long ? longEntryLine(shown, entry) : shortEntryLine(shown, kind),
  );
}
