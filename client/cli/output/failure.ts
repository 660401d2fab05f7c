import { ERROR_CODES, type ErrorCode } from "#protocol/error_code.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** A failure as the command line shows it. */
export interface Failure {
  readonly code: ErrorCode;
  readonly exitCode: number;
  /** One sentence for people; not escaped. */
  readonly message: string;
  /** Under which the server's log has it. */
  readonly errorId: string | undefined;
}

/** Exit code of a command that was used wrongly. */
export const USAGE_EXIT = 2;

/** Exit code after Ctrl-C or SIGTERM. */
export const INTERRUPTED_EXIT = 130;

const HOW_TO_GIVE_A_TOKEN = "; give it in SLUICE_TOKEN, or in a file with --token-file FILE";

/** A command line that does not say what to do; exit code 2. */
export class UsageError extends SluiceError {
  /** @param message `Cannot <act>: <why>`. */
  constructor(message: string) {
    super("invalid_request", message);
  }
}

/**
 * Turns anything that was thrown into what is shown: never a stack, always a code.
 *
 * @param error What was thrown.
 * @returns Code, exit code and sentence.
 */
export function describeFailure(error: unknown): Failure {
  const code = error instanceof SluiceError ? error.code : codeOfSystemError(error);
  const text = error instanceof Error ? error.message : String(error);
  const sentence = error instanceof SluiceError || text.startsWith("Cannot ")
    ? text
    : `Cannot finish: ${text}`;
  const message = code === "token_required" ? sentence + HOW_TO_GIVE_A_TOKEN : sentence;
  const errorId = error instanceof SluiceError ? error.errorId : undefined;
  return { code, exitCode: ERROR_CODES[code].exit, message, errorId };
}

/**
 * Says what was being done when the local file system refused.
 *
 * @param act `Cannot <act> "<path>"`, without the reason.
 * @param error What the file system threw.
 * @returns An error with a code of the closed set and a reason without codes and repeated paths.
 */
export function localFailure(act: string, error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  const code = codeOfSystemError(error);
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new SluiceError(code, `${act}: ${reason}`, { cause: error });
}

/**
 * Gives why something failed, without what and to what: for places that say that already.
 *
 * @param error What was thrown.
 * @returns The part of its message behind `Cannot <act> "<what>": `.
 */
export function shortReason(error: unknown): string {
  return describeFailure(error).message.replace(/^Cannot .*?: /, "");
}

const REASONS: Readonly<Partial<Record<ErrorCode, string>>> = {
  not_found: "there is no such file or folder",
  already_exists: "it already exists",
  permission_denied: "permission denied",
  not_a_folder: "it is not a folder",
  is_a_folder: "it is a folder",
  disk_full: "the disk is full",
  invalid_name: "the name is too long",
};

// Node-style codes, which Deno sets on plain errors too (ENOSPC arrives as an Error with a code).
const SYSTEM_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: "not_found",
  EEXIST: "already_exists",
  EACCES: "permission_denied",
  EPERM: "permission_denied",
  EROFS: "permission_denied",
  ENOTDIR: "not_a_folder",
  EISDIR: "is_a_folder",
  ENOSPC: "disk_full",
  EDQUOT: "disk_full",
  ENAMETOOLONG: "invalid_name",
};

function codeOfSystemError(error: unknown): ErrorCode {
  if (error instanceof RangeError) return "invalid_request";
  if (error instanceof DOMException && error.name === "AbortError") return "cancelled";
  if (error instanceof Deno.errors.NotFound) return "not_found";
  if (error instanceof Deno.errors.AlreadyExists) return "already_exists";
  if (error instanceof Deno.errors.PermissionDenied) return "permission_denied";
  if (error instanceof Deno.errors.NotADirectory) return "not_a_folder";
  if (error instanceof Deno.errors.IsADirectory) return "is_a_folder";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return SYSTEM_CODES[code] ?? "internal";
}
