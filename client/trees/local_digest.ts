import type { ChecksumAlgorithm } from "#protocol/digest_algorithm.ts";
import { createDigester } from "#protocol/digest.ts";
import { throwIfAborted } from "../abort.ts";
import { locally } from "../local_errors.ts";

const BUFFER_BYTES = 1024 * 1024;

/**
 * Computes the digest of a local file.
 *
 * @param path A regular file.
 * @param algorithm Which checksum.
 * @param signal Ends it.
 * @param onProgress Told how many bytes have been read.
 * @returns `algorithm:hex`.
 * @throws {SluiceError} `not_found`, `permission_denied`, `cancelled` and others.
 */
export async function localDigest(
  path: string,
  algorithm: ChecksumAlgorithm,
  signal?: AbortSignal,
  onProgress?: (doneBytes: number) => void,
): Promise<string> {
  const digester = await createDigester(algorithm);
  return await locally(`read "${path}"`, async () => {
    using file = await Deno.open(path);
    const buffer = new Uint8Array(BUFFER_BYTES);
    let doneBytes = 0;
    for (;;) {
      throwIfAborted(signal, `read "${path}"`);
      const read = await file.read(buffer);
      if (read === null) return digester.digest();
      digester.update(buffer.subarray(0, read));
      doneBytes += read;
      onProgress?.(doneBytes);
    }
  });
}
