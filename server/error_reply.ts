import { ERROR_CODES } from "#protocol/error_code.ts";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import type { ErrorReply } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/**
 * Turns anything that was thrown into an error that a peer may see. A fault of our own becomes
 * `internal` with a fresh id; its message and stack stay here.
 *
 * @param error Anything thrown.
 * @returns The same error when it is a `SluiceError`, else a safe one that has it as its cause.
 */
export function toSafeError(error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  const errorId = crypto.randomUUID().slice(0, 8);
  return new SluiceError("internal", `Cannot do this: the server failed (error ${errorId})`, {
    cause: error,
    errorId,
  });
}

/**
 * Builds an ERROR frame (docs/protocol.md §8).
 *
 * @param requestId The request that failed, or 0 for the connection.
 * @param error What to say.
 * @returns One frame.
 */
export function encodeError(requestId: number, error: SluiceError): Uint8Array<ArrayBuffer> {
  const reply: ErrorReply = {
    code: ERROR_CODES[error.code].wire,
    name: error.code,
    message: error.message,
    ...(error.errorId === undefined ? {} : { errorId: error.errorId }),
  };
  return encodeControl(FrameType.ERROR, requestId, reply);
}

/** Everything that the log should know of an error: stack, and that of its causes. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${describeFault(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
