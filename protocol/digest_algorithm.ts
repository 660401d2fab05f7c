/** Checksums that run over a whole file. */
export const DIGEST_ALGORITHMS = ["xxh128", "sha256"] as const;

/** `xxh128` is XXH3-128 with seed 0 (xxHash specification 0.8); `sha256` is FIPS 180-4. */
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];
