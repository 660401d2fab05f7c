import { SluiceError } from "#protocol/sluice_error.ts";

/** A file with a token in it is not longer than this. */
const MAX_FILE_BYTES = 4096;
/** Permissions of anybody but the owner (POSIX). */
const OTHERS = 0o077;

/**
 * Reads an access token from a file that nobody else can read.
 *
 * @param path The file; spaces and line ends around the token do not matter.
 * @returns Its content.
 * @throws {SluiceError} `permission_denied` when others than its owner may read it, `too_large`, or why
 * it cannot be read.
 */
export async function readTokenFile(path: string): Promise<string> {
  const act = `Cannot read the token file "${path}"`;
  try {
    using file = await Deno.open(path);
    const { mode, size } = await file.stat();
    // Windows knows no such permissions, and gives none.
    if (mode !== null && (mode & OTHERS) !== 0) {
      throw new SluiceError(
        "permission_denied",
        `${act}: others may read it; allow it to yourself alone with chmod 600`,
      );
    }
    if (size > MAX_FILE_BYTES) throw new SluiceError("too_large", `${act}: it holds no token`);
    const bytes = new Uint8Array(MAX_FILE_BYTES);
    const read = await file.read(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, read)).trim();
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    const isMissing = error instanceof Deno.errors.NotFound;
    const why = isMissing
      ? "there is none"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new SluiceError(isMissing ? "not_found" : "permission_denied", `${act}: ${why}`, {
      cause: error,
    });
  }
}
