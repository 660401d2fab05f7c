import { decodeControl } from "#protocol/control_payload.ts";
import { joinRemotePath, parseRemotePath } from "#protocol/remote_path.ts";
import { ListSchema } from "#protocol/requests.ts";
import type { Entry, ListResult } from "#protocol/replies.ts";
import { kindOf } from "../../storage/root_folder.ts";
import type { RequestContext } from "../request_context.ts";

const DEFAULT_LIMIT = 1000;
/** A page ends when its JSON passes this many bytes. */
const PAGE_BYTES = 256 * 1024;

/** Serves LIST (docs/protocol.md §6.1). */
export function handleList(context: RequestContext, payload: Uint8Array): ListResult {
  const request = decodeControl(ListSchema, payload);
  const path = parseRemotePath(request.path);
  context.history.path = path;
  const { reader } = context.storage;
  const names = context.folderPages.namesAfter(reader, path, request.after);
  const entries: Entry[] = [];
  let bytes = 0;
  let seen = 0;
  for (const name of names) {
    if (entries.length >= (request.limit ?? DEFAULT_LIMIT) || bytes > PAGE_BYTES) break;
    seen++;
    const info = reader.statIfThere(joinRemotePath(path, name), `list "${path}"`);
    // Deleted since the folder was read, or a name that is not UTF-8.
    if (info === undefined) continue;
    entries.push({
      name,
      kind: kindOf(info),
      sizeBytes: info.isFile ? info.size : 0,
      modifiedAtMs: info.mtime?.getTime() ?? 0,
    });
    bytes += JSON.stringify(name).length * 3 + 80;
  }
  return { entries, hasMore: seen < names.length };
}
