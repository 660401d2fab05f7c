import type { ErrorCode } from "#protocol/error_code.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** Reasons that Deno names by a class. */
const CLASSES: readonly (readonly [new (message?: string) => Error, ErrorCode, string])[] = [
  [Deno.errors.NotFound, "not_found", "no such file"],
  [Deno.errors.AlreadyExists, "already_exists", "it already exists"],
  [Deno.errors.PermissionDenied, "permission_denied", "permission denied"],
  [Deno.errors.NotCapable, "permission_denied", "Deno was started without the permission"],
  [Deno.errors.IsADirectory, "is_a_folder", "it is a folder"],
  [Deno.errors.NotADirectory, "not_a_folder", "a file stands where a folder should"],
  [Deno.errors.FilesystemLoop, "permission_denied", "symbolic links lead in a circle"],
];

/** Reasons that Deno names by a code alone. */
const CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ["disk_full", "the disk is full"],
  EDQUOT: ["disk_full", "the disk quota is used up"],
  EFBIG: ["too_large", "the file system has no room for a file of this size"],
  ENAMETOOLONG: ["invalid_name", "the name is too long"],
  EINVAL: ["invalid_name", "the file system does not take this name"],
  EILSEQ: ["invalid_name", "the file system does not take this name"],
  EROFS: ["permission_denied", "the file system is read-only"],
  EPERM: ["permission_denied", "not permitted"],
  ENOTEMPTY: ["is_a_folder", "it is a folder"],
  EMFILE: ["busy", "too many files are open"],
  ENFILE: ["busy", "too many files are open"],
};

/**
 * Names the reason why a local file could not be used.
 *
 * @param act What was tried, with the name: `read "a.txt"`.
 * @param error What Deno threw.
 * @returns A {@linkcode SluiceError}; one that comes in goes out as it is.
 */
export function localError(act: string, error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  const known = CLASSES.find(([type]) => error instanceof type);
  if (known !== undefined) {
    return new SluiceError(known[1], `Cannot ${act}: ${known[2]}`, { cause: error });
  }
  const [code, why] = CODES[errorCode(error)] ?? ["internal", reason(error)];
  return new SluiceError(code, `Cannot ${act}: ${why}`, { cause: error });
}

/**
 * Does something with a local file, and names the reason when it fails.
 *
 * @param act What is tried, with the name: `read "a.txt"`.
 * @param work The attempt.
 * @returns Its outcome.
 * @throws {SluiceError} What {@linkcode localError} makes of the failure.
 */
export async function locally<T>(act: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw localError(act, error);
  }
}

/** The system's code of an error, such as `ENOSPC`; empty when it has none. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "");
}
