import { Buffer } from "node:buffer";
import { SluiceError } from "#protocol/sluice_error.ts";

/**
 * Reads a `Repr-Digest` (RFC 9530): the digest that an upload must have as a whole.
 *
 * @param header Its value.
 * @returns `sha256:hex`; `undefined` without the header or when it names other algorithms only, which may be ignored.
 * @throws {SluiceError} `invalid_request` when its SHA-256 is not one.
 */
export function parseReprDigest(header: string | undefined): string | undefined {
  const match = /(?:^|,)\s*sha-256\s*=\s*:([^:]*):/i.exec(header ?? "");
  if (match === null) return undefined;
  const bytes = Buffer.from(match[1] ?? "", "base64");
  if (bytes.byteLength === 32) return `sha256:${bytes.toString("hex")}`;
  throw new SluiceError("invalid_request", "Cannot read Repr-Digest: its sha-256 is not 32 bytes");
}
