import * as v from "valibot";
import { SluiceError } from "./sluice_error.ts";

/**
 * Decodes and validates a control payload: UTF-8 JSON of the expected shape. Unknown keys are
 * dropped; of a repeated key the last one counts (RFC 8259 §4 leaves that open).
 *
 * @param schema Expected shape.
 * @param payload Bytes behind the header.
 * @returns The value, with defaults filled in.
 * @throws {SluiceError} `invalid_request` when the payload is not UTF-8, not JSON or not of the shape.
 */
export function decodeControl<S extends v.GenericSchema>(
  schema: S,
  payload: Uint8Array,
): v.InferOutput<S> {
  const result = v.safeParse(schema, parseJson(payload));
  if (result.success) return result.output;
  const issue = result.issues[0];
  const where = v.getDotPath(issue) ?? "payload";
  throw refuse(`${where}: ${issue.message}`);
}

/** Most of a reason that is told: a validator repeats the value that it refuses, however long. */
const MAX_REASON_LENGTH = 300;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parseJson(payload: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch (cause) {
    throw refuse("it is not UTF-8 JSON", cause);
  }
  // The validator would take an array for an object without any keys.
  if (Array.isArray(value)) throw refuse("it is not a JSON object");
  return value;
}

function refuse(reason: string, cause?: unknown): SluiceError {
  const shown = reason.length > MAX_REASON_LENGTH
    ? `${reason.slice(0, MAX_REASON_LENGTH).toWellFormed()}…`
    : reason;
  return new SluiceError("invalid_request", `Cannot read request: ${shown}`, { cause });
}
