import { decodeControl } from "#protocol/control_payload.ts";
import { TrashSchema } from "#protocol/requests.ts";
import type { TrashEntry } from "#protocol/replies.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves TRASH (docs/protocol.md §6.11). */
export async function handleTrash(
  context: RequestContext,
  payload: Uint8Array,
): Promise<{ readonly entries: readonly TrashEntry[]; readonly hasMore: boolean }> {
  const { after, limit } = decodeControl(TrashSchema, payload);
  return await context.storage.trash.list(after, limit, context.signal);
}
