import { FILE_WRITE_BYTES } from "#protocol/file_write_bytes.ts";

/**
 * Fills an array from a file.
 *
 * @returns Bytes read; fewer than asked for only at the end of the file.
 */
export function readFully(file: Deno.FsFile, into: Uint8Array): number {
  let filled = 0;
  while (filled < into.byteLength) {
    const count = file.readSync(into.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return filled;
}

/** Writes all of an array to a file. */
export function writeFully(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) {
    at += file.writeSync(bytes.subarray(at, at + FILE_WRITE_BYTES));
  }
}
