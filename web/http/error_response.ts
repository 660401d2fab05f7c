import { ERROR_CODES, type ErrorCode } from "#protocol/error_code.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** A refusal that HTTP has a status of its own for. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status HTTP status.
   * @param code The nearest code.
   * @param message `Cannot <act> "<what>": <why>`.
   * @param headers More headers of the answer.
   */
  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What is told of a failure: nothing that only this program's log should know. */
export interface ToldError {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly id?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Decides what a browser is told of a failure.
 *
 * @param error What was thrown.
 * @param onFault Told of a fault of this program; gives the id under which its log has the cause.
 */
export function tellError(error: unknown, onFault: (error: unknown) => string): ToldError {
  if (error instanceof HttpRefusal) {
    const { status, code, message, headers } = error;
    return { status, code, message, headers };
  }
  if (error instanceof SluiceError) {
    const { code, message, errorId, isRetryable } = error;
    const status = ERROR_CODES[code].http;
    const headers: Record<string, string> = isRetryable ? { "Retry-After": "1" } : {};
    // RFC 9110 §15.5.2; no browser asks for a password at this word.
    if (status === 401) headers["WWW-Authenticate"] = 'Bearer realm="sluice"';
    const id = errorId === undefined ? {} : { id: errorId };
    return { status, code, message, headers, ...id };
  }
  const message = "Cannot answer: a fault in the gateway; its log knows more";
  return { status: 500, code: "internal", message, headers: {}, id: onFault(error) };
}

/**
 * Makes the answer that tells of a failure.
 *
 * @param told What is told.
 */
export function errorResponse({ status, code, message, id, headers }: ToldError): Response {
  const body = { error: { code, message, ...(id === undefined ? {} : { id }) } };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store, no-transform",
      "Sluice-Error": code,
      ...headers,
    },
  });
}
