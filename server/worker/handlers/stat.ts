import { decodeControl } from "#protocol/control_payload.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { StatSchema } from "#protocol/requests.ts";
import type { StatResult } from "#protocol/replies.ts";
import { versionOf, versionText } from "../../storage/file_version.ts";
import { kindOf } from "../../storage/root_folder.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves STAT (docs/protocol.md §6.2). */
export function handleStat(context: RequestContext, payload: Uint8Array): StatResult {
  const { storage } = context;
  const path = parseRemotePath(decodeControl(StatSchema, payload).path);
  context.history.path = path;
  const info = storage.root.stat(path, `stat "${path}"`);
  const version = versionOf(info);
  return {
    path,
    kind: kindOf(info),
    sizeBytes: info.isFile ? info.size : 0,
    modifiedAtMs: version.modifiedAtMs,
    version: versionText(version),
    digests: info.isFile ? storage.digests.find(version) : [],
  };
}
