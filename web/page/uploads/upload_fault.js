// @ts-check
import { ApiError } from "../api/api_error.js";

/** Why an attempt ended without the file being published. */
export class UploadFault extends Error {
  /** @param {number} status HTTP status, 0 for none. @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.name = "UploadFault";
    this.status = status;
    this.code = code;
  }
}

/**
 * Makes a fault of the answer to a call.
 *
 * @param {unknown} error
 * @returns {unknown} What is no `ApiError` stays what it is.
 */
export function toFault(error) {
  if (!(error instanceof ApiError)) return error;
  const status = error.code === "unreachable" ? 0 : 400;
  return new UploadFault(status, error.code, error.message);
}

/**
 * Makes a fault of whatever an attempt threw.
 *
 * @param {unknown} error What is no fault yet was met while the file was read.
 * @returns {UploadFault}
 */
export function asUploadFault(error) {
  if (error instanceof UploadFault) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new UploadFault(400, "internal", `Cannot read the file: ${why}`);
}
