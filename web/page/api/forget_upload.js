// @ts-check
import { ApiError } from "./api_error.js";
import { call } from "./call.js";

/**
 * Ends an upload for good; the server drops its bytes.
 *
 * @param {string} url Its tus address.
 * @returns {Promise<void>} Also when it was gone already.
 */
export async function forgetUpload(url) {
  try {
    await call("DELETE", url, { headers: { "Tus-Resumable": "1.0.0" } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "session_not_found") throw error;
  }
}
