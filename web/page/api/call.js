// @ts-check
import { ApiError, readApiError } from "./api_error.js";

/** A call that answers nothing for so long is given up; transfers are not made through here. */
const CALL_DEADLINE_MS = 30_000;

/**
 * Calls the gateway.
 *
 * @param {string} method
 * @param {string} address
 * @param {{body?: unknown, signal?: AbortSignal, deadlineMs?: number}} [options] `body` is sent as JSON.
 * @returns {Promise<any>} The answer's JSON.
 * @throws {ApiError} When it is refused or nothing answers; `unreachable` for the latter.
 */
export async function call(method, address, { body, signal, deadlineMs = CALL_DEADLINE_MS } = {}) {
  const response = await send(method, address, body, deadlineSignal(signal, deadlineMs));
  const text = await response.text();
  if (!response.ok) throw readApiError(response.status, text);
  return text === "" ? {} : JSON.parse(text);
}

/**
 * @param {string} method
 * @param {string} address
 * @param {unknown} body
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
export async function send(method, address, body, signal) {
  try {
    return await fetch(address, {
      method,
      signal,
      ...body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } },
    });
  } catch {
    if (signal.aborted && signal.reason?.name === "AbortError") {
      throw new ApiError("cancelled", "Stopped");
    }
    throw new ApiError("unreachable", "The web interface does not answer");
  }
}

/** @param {AbortSignal | undefined} signal @param {number} deadlineMs @returns {AbortSignal} */
function deadlineSignal(signal, deadlineMs) {
  const deadline = AbortSignal.timeout(deadlineMs);
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}
