import { errorCodeFromWire } from "#protocol/error_code.ts";
import { FrameType } from "#protocol/frame.ts";
import { ErrorSchema } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { decodeReply } from "./decode_reply.ts";

/**
 * Says whether a frame ends the request that it belongs to.
 *
 * @param requestType Type of the frame that began the request.
 * @param type Type of the frame that came back.
 * @returns Whether nothing follows.
 */
export function isFinalReply(requestType: FrameType, type: FrameType): boolean {
  if (type === FrameType.ERROR) return true;
  if (requestType === FrameType.HELLO) return type === FrameType.WELCOME;
  return type === (requestType === FrameType.PING ? FrameType.PONG : FrameType.RESULT);
}

/**
 * Reads an ERROR frame.
 *
 * @param payload Its payload.
 * @returns The error. Its message is the peer's: it is escaped where it is shown.
 * @throws {SluiceError} `protocol_error` when the payload is no error.
 */
export function readErrorReply(payload: Uint8Array): SluiceError {
  const { code, message, errorId } = decodeReply(ErrorSchema, payload);
  const options = errorId === undefined ? {} : { errorId };
  return new SluiceError(errorCodeFromWire(code), message, options);
}
