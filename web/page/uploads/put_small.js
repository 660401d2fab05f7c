// @ts-check
import { readApiError } from "../api/api_error.js";
import { send } from "../api/call.js";
import { fileAddress } from "../state/remote_path.js";
import { UploadFault } from "./upload_fault.js";

/**
 * Sends a small file in one request (docs/web.md §4): hundreds of them take half of what resumable
 * uploads would. One that is interrupted is sent again from its first byte.
 *
 * @param {File} file
 * @param {{path: string, onConflict: string, signal: AbortSignal,
 *   onProgress: (sentBytes: number) => void}} options `signal` stops.
 * @returns {Promise<{outcome: string, path: string}>} What was published.
 * @throws {UploadFault}
 */
export async function putSmall(file, { path, onConflict, signal, onProgress }) {
  // Read first: a file that is gone by now must not look like a network that is.
  const body = await file.arrayBuffer();
  signal.throwIfAborted();
  const address = `${fileAddress(path)}?onConflict=${onConflict}`;
  const headers = { "Sluice-Modified": String(file.lastModified) };
  const { status, text } = await ask(address, { method: "PUT", headers, body, signal });
  if (status >= 300) {
    const { code, message } = readApiError(status, text);
    throw new UploadFault(status, code, message);
  }
  onProgress(file.size);
  return JSON.parse(text);
}

/** @param {string} address @param {RequestInit} request @returns {Promise<{status: number, text: string}>} */
async function ask(address, request) {
  try {
    const response = await send(address, request);
    return { status: response.status, text: await response.text() };
  } catch {
    throw new UploadFault(0, "unreachable", "The web interface does not answer");
  }
}
