import { ERROR_CODES, SluiceError } from "#client/mod.ts";

/**
 * Says whether the file server serves nobody with this token, or with none.
 *
 * @param error What was thrown.
 * @returns Whether it is `token_required` or `token_refused`.
 */
export function isTokenRefusal(error: unknown): error is SluiceError {
  return error instanceof SluiceError && ERROR_CODES[error.code].http === 401;
}
