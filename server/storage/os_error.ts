import type { ErrorCode } from "#protocol/error_code.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

const CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ["not_found", "no such file or folder"],
  EEXIST: ["already_exists", "it already exists"],
  EACCES: ["permission_denied", "the server may not do this"],
  EPERM: ["permission_denied", "the server may not do this"],
  EROFS: ["permission_denied", "the server's file system is read-only"],
  ELOOP: ["permission_denied", "a symbolic link is in the way"],
  ENOTDIR: ["not_a_folder", "a file stands where a folder should"],
  EISDIR: ["is_a_folder", "it is a folder"],
  ENOTEMPTY: ["not_empty", "the folder is not empty"],
  ENAMETOOLONG: ["invalid_name", "the name is too long for the server's file system"],
  EINVAL: ["invalid_name", "the server's file system refuses it"],
  EILSEQ: ["invalid_name", "the server's file system refuses the name"],
  ENOSPC: ["disk_full", "the server's disk is full"],
  EDQUOT: ["disk_full", "the server's disk quota is used up"],
  EFBIG: ["too_large", "the server's file system cannot hold a file of that size"],
  EMFILE: ["busy", "the server has too many files open; try again later"],
  ENFILE: ["busy", "the server has too many files open; try again later"],
  EXDEV: ["permission_denied", "it lies on another file system than root"],
  ETXTBSY: ["permission_denied", "it is in use"],
  EBUSY: ["permission_denied", "it is in use"],
};

/**
 * Turns an error of the operating system into one that a peer may see: the code that it means and a
 * sentence without any path of the server's disk.
 *
 * @param error What a file call threw.
 * @param act What could not be done, e.g. `download "a.txt"`.
 * @returns A `SluiceError` for a known error; the same error when it is none of the system's.
 */
export function fromOsError(error: unknown, act: string): unknown {
  if (error instanceof SluiceError) return error;
  const known = CODES[osCode(error)];
  if (known === undefined) return error;
  return new SluiceError(known[0], `Cannot ${act}: ${known[1]}`, { cause: error });
}

/**
 * Runs file calls and turns what they throw with {@linkcode fromOsError}.
 *
 * @param act What is being done, e.g. `download "a.txt"`.
 * @param body The calls.
 * @returns What `body` returns.
 */
export function withOsErrors<T>(act: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw fromOsError(error, act);
  }
}

/** The system's name of an error, such as `ENOENT`; empty when it has none. */
export function osCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  // The sandbox refuses what lies outside root, which only a symbolic link can reach.
  return error instanceof Deno.errors.NotCapable ? "ELOOP" : "";
}
