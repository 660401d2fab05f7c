import type * as v from "valibot";
import { decodeControl } from "#protocol/control_payload.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/**
 * Decodes what a server sent.
 *
 * @param schema Expected shape.
 * @param payload Payload of the frame.
 * @returns The value.
 * @throws {SluiceError} `protocol_error` when it is not of the shape.
 */
export function decodeReply<S extends v.GenericSchema>(
  schema: S,
  payload: Uint8Array,
): v.InferOutput<S> {
  try {
    return decodeControl(schema, payload);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^Cannot read request: /, "") : "";
    throw new SluiceError("protocol_error", `Cannot read the server's reply: ${why}`, { cause });
  }
}
