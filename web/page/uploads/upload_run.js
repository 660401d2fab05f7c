// @ts-check
/** One attempt to send one file: in one request, or by the tus protocol (docs/web.md §5). */

import { ApiError, readApiError } from "../api/api_error.js";
import { call } from "../api/call.js";
import { forgetUpload } from "../api/forget_upload.js";
import { SMALL_BYTES } from "../state/upload_queue.js";
import { loadScript } from "./load_script.js";
import { prefixDigest } from "./prefix_digest.js";
import { putSmall } from "./put_small.js";
import { toFault, UploadFault } from "./upload_fault.js";

/** The server reads what it has of the file, which may be a lot. */
const FIND_DEADLINE_MS = 600_000;

/** @typedef {{outcome: string, path: string}} Published */

/**
 * Sends a file, or what the server does not have of it yet.
 *
 * @param {File} file
 * @param {{path: string, onConflict: string, url: string | null, signal: AbortSignal,
 *   onUrl: (url: string) => void, onResumed: (offsetBytes: number) => void,
 *   onProgress: (sentBytes: number) => void}} options `url` is that of
 *   an earlier attempt of this page; `signal` stops, and what was sent is kept.
 * @returns {Promise<Published>}
 * @throws {UploadFault}
 */
export async function runUpload(file, options) {
  if (file.size <= SMALL_BYTES) return await putSmall(file, options);
  try {
    await loadScript("/lib/tus.js");
  } catch (error) {
    throw new UploadFault(0, "unreachable", error instanceof Error ? error.message : "");
  }
  const url = options.url ?? await findUnfinished(file, options);
  options.signal.throwIfAborted();
  if (url !== null) options.onUrl(url);
  return await sendByTus(file, { ...options, url });
}

/**
 * Looks for an upload of the same file that somebody began: this browser before a reload, another
 * one, or the command line. The digest of what the server has tells whether it is the same file.
 *
 * @param {File} file
 * @param {{path: string, onConflict: string, signal: AbortSignal,
 *   onResumed: (offsetBytes: number) => void}} options
 * @returns {Promise<string | null>}
 */
async function findUnfinished(file, { path, onConflict, signal, onResumed }) {
  const body = { path, sizeBytes: file.size, onConflict, modifiedAtMs: file.lastModified };
  try {
    const found = await call("POST", "/api/uploads", {
      body,
      signal,
      deadlineMs: FIND_DEADLINE_MS,
    });
    if (found.offsetBytes === 0 || !found.prefixDigest) return found.url;
    if (await prefixDigest(file, found.offsetBytes, signal) === found.prefixDigest) {
      onResumed(found.offsetBytes);
      return found.url;
    }
    await forgetUpload(found.url);
    return null;
  } catch (error) {
    if (error instanceof ApiError && error.code === "session_not_found") return null;
    throw toFault(error);
  }
}

/**
 * @param {File} file
 * @param {{path: string, onConflict: string, url: string | null, signal: AbortSignal,
 *   onUrl: (url: string) => void, onResumed: (offsetBytes: number) => void,
 *   onProgress: (sentBytes: number) => void}} options
 * @returns {Promise<Published>}
 */
function sendByTus(file, { path, onConflict, url, signal, onUrl, onProgress }) {
  return new Promise((resolve, reject) => {
    const upload = new (/** @type {any} */ (globalThis).tus.Upload)(file, {
      // With an address of its own, an upload that is not found must fail rather than begin anew.
      ...url === null ? { endpoint: "/api/tus/" } : { uploadUrl: url },
      metadata: { path, onConflict, modifiedAtMs: String(file.lastModified) },
      // The queue retries by itself, so that people see why and for how long.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onProgress: (/** @type {number} */ sentBytes) => onProgress(sentBytes),
      onUploadUrlAvailable: () => onUrl(upload.url),
      onSuccess: (/** @type {any} */ { lastResponse }) =>
        resolve(readPublished(lastResponse, path)),
      onError: (/** @type {any} */ error) => reject(readFault(error)),
    });
    signal.addEventListener("abort", () => {
      upload.abort();
      reject(signal.reason);
    }, { once: true });
    upload.start();
  });
}

/** @param {any} response @param {string} path @returns {Published} */
function readPublished(response, path) {
  const where = response.getHeader("Sluice-Path");
  return {
    outcome: response.getHeader("Sluice-Outcome") ?? "created",
    path: where ? decodeURIComponent(where) : path,
  };
}

/** @param {any} error tus-js-client's. @returns {UploadFault} */
function readFault(error) {
  const response = error.originalResponse;
  const status = response?.getStatus() ?? 0;
  if (status === 0) return new UploadFault(0, "unreachable", "The web interface does not answer");
  const body = response.getBody() ?? "";
  const code = response.getHeader("Sluice-Error");
  if (body === "" && code) return new UploadFault(status, code, `The server says: ${code}`);
  const known = readApiError(status, body);
  return new UploadFault(status, known.code, known.message);
}
