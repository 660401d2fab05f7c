import { MAGIC, PREFACE_BYTES, PROTOCOL_VERSION } from "./limits.ts";

/** What the first bytes of a connection turned out to be. */
export type PrefaceVerdict =
  | { readonly kind: "incomplete" }
  | { readonly kind: "sluice"; readonly version: number }
  | { readonly kind: "http" }
  | { readonly kind: "tls" }
  | { readonly kind: "unknown" };

/**
 * Builds a preface: `SLUICE` and the version as a big-endian u16 (docs/protocol.md §2).
 *
 * @param version Version to state.
 * @returns Eight bytes.
 */
export function encodePreface(version: number = PROTOCOL_VERSION): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PREFACE_BYTES);
  bytes.set(MAGIC);
  bytes[6] = version >>> 8;
  bytes[7] = version;
  return bytes;
}

/**
 * Judges the first bytes of a connection, as soon as they can be judged: one byte is enough to
 * refuse a peer that speaks something else.
 *
 * @param bytes What has arrived so far.
 * @returns What the peer speaks.
 */
export function judgePreface(bytes: Uint8Array): PrefaceVerdict {
  if (startsLike(bytes, MAGIC)) {
    if (bytes.byteLength < PREFACE_BYTES) return { kind: "incomplete" };
    return { kind: "sluice", version: ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0) };
  }
  // A TLS record of type handshake, or alert, any version (RFC 8446 §5.1).
  if (bytes[0] === 0x16 || bytes[0] === 0x15) return { kind: "tls" };
  return judgeHttp(bytes);
}

// Request methods of RFC 9110 §9 and the connection preface of RFC 9113 §3.4.
const HTTP_STARTS: readonly Uint8Array[] = [
  "GET ",
  "HEAD ",
  "POST ",
  "PUT ",
  "DELETE ",
  "CONNECT ",
  "OPTIONS ",
  "TRACE ",
  "PATCH ",
  "PRI * HTTP/2.0",
].map((start) => new TextEncoder().encode(start));

function judgeHttp(bytes: Uint8Array): PrefaceVerdict {
  const candidates = HTTP_STARTS.filter((start) => startsLike(bytes, start));
  if (candidates.length === 0) return { kind: "unknown" };
  const isWhole = candidates.some((start) => bytes.byteLength >= start.byteLength);
  return { kind: isWhole ? "http" : "incomplete" };
}

function startsLike(bytes: Uint8Array, start: Uint8Array): boolean {
  const length = Math.min(bytes.byteLength, start.byteLength);
  for (let i = 0; i < length; i++) {
    if (bytes[i] !== start[i]) return false;
  }
  return true;
}
