// @ts-check

/** A call to the gateway that failed; the message is a sentence for people. */
export class ApiError extends Error {
  /**
   * @param {string} code A word of docs/protocol.md §8.
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = "ApiError";
    this.code = code;
  }
}

/**
 * Reads the error of an answer, also of one that something in between wrote.
 *
 * @param {number} status
 * @param {string} text The body.
 * @returns {ApiError}
 */
export function readApiError(status, text) {
  try {
    const { code, message } = JSON.parse(text).error;
    return new ApiError(String(code), String(message));
  } catch {
    // Not the gateway's JSON: a proxy's page, or nothing.
    return new ApiError("protocol_error", `The web interface answered with status ${status}`);
  }
}

/** @param {unknown} error @returns {string} For people. */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
