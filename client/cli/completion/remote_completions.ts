import { escapeText } from "#protocol/escape_text.ts";
import type { Entry } from "#protocol/replies.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import type { ClientApi } from "../client_api.ts";

/** Most names offered: more than anybody reads. */
const MAX_NAMES = 1_000;

/**
 * Gives the names in a folder of the server that continue what was typed.
 *
 * @param client Lists the folder.
 * @param partial What was typed: folders and the beginning of a name.
 * @param kind Folders alone, or everything.
 * @param signal Ends the wait.
 * @returns Whole arguments as they would be typed; folders end in a slash.
 */
export async function completeRemoteName(
  client: ClientApi,
  partial: string,
  kind: "any" | "folder",
  signal: AbortSignal,
): Promise<readonly string[]> {
  const slash = partial.lastIndexOf("/") + 1;
  const typedFolder = partial.slice(0, slash);
  const beginning = partial.slice(slash);
  const found: string[] = [];
  for await (const entry of client.list(parseRemoteArgument(typedFolder), { signal })) {
    if (found.length >= MAX_NAMES) break;
    if (entry.name.startsWith(beginning) && isOffered(entry, kind)) {
      found.push(typedFolder + entry.name + (entry.kind === "folder" ? "/" : ""));
    }
  }
  return found;
}

/** Gives ids of the trash that begin with what was typed. */
export async function completeTrashId(
  client: ClientApi,
  partial: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { id } of client.trash({ signal })) {
    if (found.length >= MAX_NAMES) break;
    if (id.startsWith(partial) && escapeText(id) === id) found.push(id);
  }
  return found;
}

// A name with a newline or an escape sequence in it cannot go through a shell's list of words.
function isOffered(entry: Entry, kind: "any" | "folder"): boolean {
  if (escapeText(entry.name) !== entry.name) return false;
  return entry.kind === "folder" || (kind === "any" && entry.kind === "file");
}
