/** What one error code means outside the code: on the wire, in a shell, over HTTP. */
export interface ErrorCodeEntry {
  /** Number in an ERROR frame (docs/protocol.md §8). */
  readonly wire: number;
  /** Exit code of the command line (docs/cli.md). */
  readonly exit: number;
  /** HTTP status of the same failure. */
  readonly http: number;
  /** Whether the same request may succeed later without any change. */
  readonly isRetryable: boolean;
}

/** The closed set of error codes; docs/protocol.md §8 mirrors it and a test compares the two. */
export const ERROR_CODES = {
  internal: { wire: 1, exit: 1, http: 500, isRetryable: false },
  protocol_error: { wire: 2, exit: 1, http: 400, isRetryable: false },
  unsupported_version: { wire: 3, exit: 1, http: 400, isRetryable: false },
  invalid_request: { wire: 4, exit: 2, http: 400, isRetryable: false },
  invalid_name: { wire: 5, exit: 5, http: 400, isRetryable: false },
  permission_denied: { wire: 6, exit: 5, http: 403, isRetryable: false },
  not_found: { wire: 7, exit: 3, http: 404, isRetryable: false },
  already_exists: { wire: 8, exit: 4, http: 409, isRetryable: false },
  is_a_folder: { wire: 9, exit: 4, http: 409, isRetryable: false },
  not_a_folder: { wire: 10, exit: 4, http: 409, isRetryable: false },
  not_a_file: { wire: 11, exit: 4, http: 409, isRetryable: false },
  not_empty: { wire: 12, exit: 4, http: 409, isRetryable: false },
  offset_out_of_range: { wire: 13, exit: 1, http: 416, isRetryable: false },
  checksum_mismatch: { wire: 14, exit: 7, http: 422, isRetryable: false },
  file_changed: { wire: 15, exit: 7, http: 409, isRetryable: false },
  session_not_found: { wire: 16, exit: 3, http: 404, isRetryable: false },
  session_taken: { wire: 17, exit: 4, http: 409, isRetryable: false },
  busy: { wire: 18, exit: 8, http: 503, isRetryable: true },
  disk_full: { wire: 19, exit: 8, http: 507, isRetryable: false },
  too_large: { wire: 20, exit: 8, http: 413, isRetryable: false },
  timeout: { wire: 21, exit: 6, http: 504, isRetryable: true },
  cancelled: { wire: 22, exit: 130, http: 499, isRetryable: false },
  stopping: { wire: 23, exit: 6, http: 503, isRetryable: true },
  unreachable: { wire: 24, exit: 6, http: 502, isRetryable: true },
  token_required: { wire: 25, exit: 5, http: 401, isRetryable: false },
  token_refused: { wire: 26, exit: 5, http: 401, isRetryable: false },
  read_only: { wire: 27, exit: 5, http: 403, isRetryable: false },
  name_refused: { wire: 28, exit: 5, http: 403, isRetryable: false },
  quota_exceeded: { wire: 29, exit: 8, http: 507, isRetryable: false },
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;

/** Name of an error code, e.g. `not_found`. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** All code names, in wire order. */
export const ERROR_CODE_NAMES: readonly ErrorCode[] = Object.keys(ERROR_CODES) as ErrorCode[];

/**
 * Finds the code with a wire number.
 *
 * @param wire Number from an ERROR frame.
 * @returns The code, or `internal` for a number that this version does not know.
 */
export function errorCodeFromWire(wire: number): ErrorCode {
  return ERROR_CODE_NAMES.find((name) => ERROR_CODES[name].wire === wire) ?? "internal";
}
