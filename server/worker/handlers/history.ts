import { decodeControl } from "#protocol/control_payload.ts";
import { HistorySchema } from "#protocol/requests.ts";
import type { HistoryRecord } from "#protocol/replies.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves HISTORY (docs/protocol.md §6.10). */
export function handleHistory(
  context: RequestContext,
  payload: Uint8Array,
): { readonly records: readonly HistoryRecord[]; readonly hasMore: boolean } {
  const { role, base, token } = context.access;
  const owner = role === "admin" ? undefined : token?.id;
  return context.storage.history.read(decodeControl(HistorySchema, payload), { owner, base });
}
