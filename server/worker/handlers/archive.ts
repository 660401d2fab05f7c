import { decodeControl } from "#protocol/control_payload.ts";
import { ArchiveSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { RequestContext } from "../request_context.ts";

/** Serves ARCHIVE (docs/protocol.md §6.12). */
export function handleArchive(_context: RequestContext, payload: Uint8Array): never {
  decodeControl(ArchiveSchema, payload);
  throw new SluiceError("invalid_request", "Cannot archive: not yet");
}
