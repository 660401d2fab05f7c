import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";

/** How each access token begins, so that people and scanners of leaked secrets know one. */
export const TOKEN_PREFIX = "sluice_";

/** Random bytes of a token: 256 bits. */
export const TOKEN_SECRET_BYTES = 32;

const CHECK_BYTES = 4;
/** 36 bytes are 48 characters of base64url, without padding. */
const SHAPE = /^sluice_[A-Za-z0-9_-]{48}$/;

/**
 * Writes a token: `sluice_`, then base64url of the secret and of the CRC-32 over both, which tells a
 * mistyped token from a wrong one without asking the server.
 *
 * @param secret 32 random bytes.
 * @returns The token, 55 characters.
 * @throws {RangeError} When the secret has another length.
 */
export function formatAccessToken(secret: Uint8Array): string {
  if (secret.byteLength !== TOKEN_SECRET_BYTES) {
    throw new RangeError(`Cannot make a token of ${secret.byteLength} bytes: it takes 32`);
  }
  const body = Buffer.concat([secret, checkOf(secret)]);
  return TOKEN_PREFIX + body.toString("base64url");
}

/**
 * Says whether a text can be a token: its shape and its check. Any server may still refuse it.
 *
 * @param text What a person typed, or a file holds.
 * @returns Whether it was copied as a whole and without a slip.
 */
export function isAccessToken(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const body = Buffer.from(text.slice(TOKEN_PREFIX.length), "base64url");
  const secret = body.subarray(0, TOKEN_SECRET_BYTES);
  return checkOf(secret).equals(body.subarray(TOKEN_SECRET_BYTES));
}

function checkOf(secret: Uint8Array): Buffer {
  const check = Buffer.alloc(CHECK_BYTES);
  check.writeUInt32BE(crc32(Buffer.concat([Buffer.from(TOKEN_PREFIX), secret])));
  return check;
}
