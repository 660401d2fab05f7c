import type { StatResult } from "#protocol/replies.ts";

/** Digests that tell files apart; CRC-32 is too short to call two files the same. */
const TELLS_BYTES = /^(xxh128|sha256):[0-9a-f]+$/;

/**
 * Makes the entity tags of a file. All are strong: a digest says what the bytes are, and the version changes whenever
 * the content does. The digest comes first: it also survives a copy to another server.
 *
 * @param stat What the server says of the file.
 * @returns Tags in their quotes, the best one first.
 */
export function entityTags({ digests, version }: StatResult): readonly string[] {
  const known = digests.filter((digest) => TELLS_BYTES.test(digest));
  return [...known.map((digest) => `"${digest}"`), versionTag(version)];
}

/** The tag of a version. */
export function versionTag(version: string): string {
  return `"v:${encodeURIComponent(version)}"`;
}
