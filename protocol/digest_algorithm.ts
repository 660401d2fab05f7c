/** Checksums that run over a whole file. */
export const DIGEST_ALGORITHMS = ["xxh128", "sha256"] as const;

/** `xxh128` is XXH3-128 with seed 0 (xxHash specification 0.8); `sha256` is FIPS 180-4. */
export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

/** Checksums that CHECKSUM computes; `crc32` is that of IEEE 802.3, as in zip. */
export const CHECKSUM_ALGORITHMS = ["xxh128", "sha256", "crc32"] as const;

/** Checksums that CHECKSUM computes. */
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];
