import { decodeControl } from "#protocol/control_payload.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { RestoreSchema } from "#protocol/requests.ts";
import type { RestoreResult } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves RESTORE (docs/protocol.md §6.11). */
export function handleRestore(context: RequestContext, payload: Uint8Array): RestoreResult {
  const request = decodeControl(RestoreSchema, payload);
  const { trash } = context.storage;
  const entry = trash.find(request.id);
  if (entry === undefined) {
    throw new SluiceError("not_found", `Cannot restore "${request.id}": it is not in the trash`);
  }
  const path = parseRemotePath(request.path ?? entry.path);
  context.history.path = path;
  const act = `restore "${path}"`;
  context.guard.requireName(path, act, entry.kind === "folder");
  const result = trash.restore(request.id, path, request.onConflict, act);
  if (result.outcome === "skipped") {
    context.history.isQuiet = true;
    return result;
  }
  context.noteChange();
  if (result.path !== path) context.history.target = result.path;
  const { requestId } = context;
  context.emit({ kind: "changed", operation: "restore", path: result.path, requestId });
  return result;
}
