// @ts-check
import { ApiError, readApiError } from "./api_error.js";

/** A call that answers nothing for so long is given up; transfers are not made through here. */
const CALL_DEADLINE_MS = 30_000;

/**
 * Calls the gateway.
 *
 * @param {string} method
 * @param {string} address
 * @param {{body?: unknown, headers?: Record<string, string>, signal?: AbortSignal,
 *   deadlineMs?: number}} [options] `body` is sent as JSON.
 * @returns {Promise<any>} The answer's JSON.
 * @throws {ApiError} When it is refused or nothing answers; `unreachable` for the latter.
 */
export async function call(method, address, options = {}) {
  const { body, headers = {}, signal, deadlineMs = CALL_DEADLINE_MS } = options;
  const deadline = AbortSignal.timeout(deadlineMs);
  const response = await send(address, {
    method,
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
    ...body === undefined ? {} : { body: JSON.stringify(body) },
  });
  const text = await tellApart(response.text(), signal);
  if (!response.ok) throw readApiError(response.status, text);
  return text === "" ? {} : JSON.parse(text);
}

/**
 * Sends a request whose answer is read by the caller.
 *
 * @param {string} address
 * @param {RequestInit} request
 * @returns {Promise<Response>}
 * @throws {ApiError} `cancelled` or `unreachable`.
 */
export function send(address, request) {
  return tellApart(fetch(address, request), request.signal ?? undefined);
}

/**
 * A browser says of a broken connection and of a stopped call little that people understand.
 *
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<T>}
 */
async function tellApart(work, signal) {
  try {
    return await work;
  } catch {
    if (signal?.aborted && signal.reason?.name === "AbortError") {
      throw new ApiError("cancelled", "Stopped");
    }
    throw new ApiError("unreachable", "The web interface does not answer");
  }
}
