import { createHash } from "node:crypto";
import { createDigester, type Digester } from "#protocol/digest.ts";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";

/** Gives the digest of all bytes of a small file as `algorithm:hex`. */
export type SmallDigest = (bytes: Uint8Array) => string;

let shared: Promise<Digester> | undefined;

/**
 * Makes a function for the digests of files that are in memory as a whole: cheaper than a running
 * digest, which can go on after it was asked.
 *
 * @param algorithm Which checksum.
 * @returns The function.
 */
export async function createSmallDigest(algorithm: DigestAlgorithm): Promise<SmallDigest> {
  if (algorithm === "sha256") {
    return (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  }
  const xxh128 = await (shared ??= createDigester("xxh128"));
  return (bytes) => {
    xxh128.reset();
    xxh128.update(bytes);
    return xxh128.finish();
  };
}
