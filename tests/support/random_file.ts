import { createDigester } from "#protocol/digest.ts";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import { randomBytes } from "./random_bytes.ts";

const PIECE_BYTES = 1024 * 1024;

/**
 * Writes a file of bytes that look random and are the same for the same seed.
 *
 * @param path Where; replaced when it is there.
 * @param sizeBytes How many.
 * @param seed Any number.
 */
export async function writeRandomFile(path: string, sizeBytes: number, seed = 1): Promise<void> {
  using file = await Deno.create(path);
  for (let done = 0; done < sizeBytes; done += PIECE_BYTES) {
    const piece = randomBytes(Math.min(PIECE_BYTES, sizeBytes - done), seed + done / PIECE_BYTES);
    for (let at = 0; at < piece.byteLength;) at += await file.write(piece.subarray(at));
  }
}

/**
 * Reads a file and gives its digest.
 *
 * @param path Which file.
 * @param algorithm Which digest.
 * @returns `algorithm:hex`, as on the wire.
 */
export async function fileDigest(
  path: string,
  algorithm: DigestAlgorithm = "xxh128",
): Promise<string> {
  using file = await Deno.open(path);
  const digester = await createDigester(algorithm);
  const piece = new Uint8Array(PIECE_BYTES);
  for (;;) {
    const read = await file.read(piece);
    if (read === null) return digester.digest();
    digester.update(piece.subarray(0, read));
  }
}
