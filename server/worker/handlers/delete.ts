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
  const { trash } = context.storage;
  const trashId = trash.put(path, `delete "${path}"`);
  const { requestId } = context;
  context.emit({ kind: "changed", operation: "delete", path, requestId });
  if (!request.permanent) return { trashId };
  // Out of sight already; removing the bytes of a large folder may take its time.
  await trash.remove(trashId);
  return {};
}
