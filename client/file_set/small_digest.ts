import { createHash } from "node:crypto";
// @ts-types="hash-wasm"
import { createXXHash128, type IHasher } from "hash-wasm/dist/index.esm.min.js";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";

/** Gives the digest of all bytes of a small file as `algorithm:hex`. */
export type SmallDigest = (bytes: Uint8Array) => string;

let hasher: Promise<IHasher> | undefined;

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
  const xxh = await (hasher ??= createXXHash128());
  return (bytes) => {
    xxh.init();
    xxh.update(bytes);
    return `xxh128:${xxh.digest("hex")}`;
  };
}
