import { decodeControl } from "#protocol/control_payload.ts";
import { EmptyTrashSchema } from "#protocol/requests.ts";
import { inTurns } from "../../in_turns.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves EMPTY_TRASH (docs/protocol.md §6.11). */
export async function handleEmptyTrash(
  context: RequestContext,
  payload: Uint8Array,
): Promise<{ readonly removed: number }> {
  const request = decodeControl(EmptyTrashSchema, payload);
  context.guard.requireWritable("empty the trash");
  const { trash } = context.storage;
  let removed = 0;
  // The oldest first: what is deleted while this runs stays.
  for await (const id of inTurns(request.ids ?? trash.ids().reverse())) {
    context.signal.throwIfAborted();
    if (await trash.discard(id)) removed++;
  }
  const { requestId } = context;
  context.emit({ kind: "changed", operation: `empty trash (${removed})`, path: "", requestId });
  return { removed };
}
