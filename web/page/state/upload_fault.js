// @ts-check

/** @typedef {"conflict" | "retry" | "restart" | "fail"} Remedy */

/**
 * Decides what to do about an upload that broke.
 *
 * @param {{status: number, code: string}} fault HTTP status, 0 when nothing answered; the error's
 *   code (docs/web.md §2), or empty.
 * @returns {Remedy} `conflict`: ask a person; `retry`: go on later from where it is; `restart`: the
 *   server has no such upload any more; `fail`: tell.
 */
export function remedyFor({ status, code }) {
  if (status === 0) return "retry";
  if (code === "already_exists") return "conflict";
  if (code === "session_not_found" || status === 410) return "restart";
  if (code === "session_taken" || code === "offset_out_of_range" || status === 423) return "retry";
  if (code === "cancelled" || code === "timeout" || code === "busy" || code === "stopping") {
    return "retry";
  }
  return status === 502 || status === 503 || status === 504 ? "retry" : "fail";
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

/**
 * @param {number} attempt 0 for the first wait.
 * @param {number} random 0 to 1, so that many uploads do not come back at one instant.
 * @returns {number} Milliseconds.
 */
export function waitBeforeRetry(attempt, random) {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.75 + random / 4);
}
