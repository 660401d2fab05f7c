import { ERROR_CODES, type ErrorCode } from "./error_code.ts";

/** Details of a {@linkcode SluiceError}. */
export interface SluiceErrorOptions {
  /** What led to it; stays on this side of the wire. */
  readonly cause?: unknown;
  /** Links what a peer was told to a line of the log. */
  readonly errorId?: string;
}

/**
 * A failure that callers handle: a code of the closed set and a sentence for people.
 *
 * The message says what could not be done, to what, and why. It may carry text that a peer chose,
 * so it goes through `escapeText` before it is shown.
 */
export class SluiceError extends Error {
  /** Always `SluiceError`. */
  override readonly name = "SluiceError";
  /** One of the closed set of codes. */
  readonly code: ErrorCode;
  /** Links what a peer was told to a line of the log. */
  readonly errorId: string | undefined;

  /**
   * Makes an error.
   *
   * @param code One of the closed set of codes.
   * @param message `Cannot <act> "<what>": <why>`.
   * @param options Cause and error id.
   */
  constructor(code: ErrorCode, message: string, options: SluiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errorId = options.errorId;
  }

  /** Exit code of the command line for this failure. */
  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }

  /** Whether the same request may succeed later without any change. */
  get isRetryable(): boolean {
    return ERROR_CODES[this.code].isRetryable;
  }
}
