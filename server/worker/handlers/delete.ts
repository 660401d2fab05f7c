import { decodeControl } from "#protocol/control_payload.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { DeleteSchema } from "#protocol/requests.ts";
import type { DeleteResult } from "#protocol/replies.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves DELETE (docs/protocol.md §6.5): into the trash in one step, or for good. */
export async function handleDelete(
  context: RequestContext,
  payload: Uint8Array,
): Promise<DeleteResult> {
  const request = decodeControl(DeleteSchema, payload);
  const path = parseRemotePath(request.path);
  const act = `delete "${path}"`;
  context.history.path = path;
  context.guard.requireWritable(act);
  const { trash } = context.storage;
  const result = request.permanent
    ? await trash.remove(path, act).then(() => ({}))
    : { trashId: trash.put(path, act) };
  context.noteChange();
  const { requestId } = context;
  context.emit({ kind: "changed", operation: "delete", path, requestId });
  return result;
}
