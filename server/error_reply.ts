import { ERROR_CODES } from "#protocol/error_code.ts";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import type { ErrorReply } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** Makes an id that links what a peer is told to a line of the log. */
export function newErrorId(): string {
  return crypto.randomUUID().slice(0, 8);
}

/**
 * Turns anything that was thrown into an error that a peer may see, with an id that the log gets, too. A
 * fault of our own becomes `internal`; its message and stack stay here.
 *
 * @param error Anything thrown.
 * @returns The same code and message when it is a `SluiceError`, else a safe one that has it as its cause.
 */
export function toSafeError(error: unknown): SluiceError {
  if (error instanceof SluiceError && error.errorId !== undefined) return error;
  const errorId = newErrorId();
  if (error instanceof SluiceError) {
    return new SluiceError(error.code, error.message, { cause: error.cause, errorId });
  }
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

/** An error as a line of the log ends with it: the sentence, and the id unless it is in it. */
export function withErrorId(
  { message, errorId }: Pick<SluiceError, "message" | "errorId">,
): string {
  const isTold = errorId === undefined || message.includes(errorId);
  return isTold ? message : `${message} (error ${errorId})`;
}

/** Everything that the log should know of an error: stack, and that of its causes. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${describeFault(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
