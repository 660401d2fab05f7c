import type { AccessRole } from "#protocol/access_role.ts";
import { ZSTD } from "#protocol/compression_mode.ts";
import { decodeControl } from "#protocol/control_payload.ts";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import type { FrameBatch } from "#protocol/frame_reader.ts";
import {
  AGENT,
  INITIAL_WINDOW_BYTES,
  MAX_DATA_BYTES,
  MAX_LIST_ENTRIES,
  MAX_NAME_BYTES,
  MAX_PATH_BYTES,
  MAX_PATH_DEPTH,
  MAX_REQUEST_BYTES,
  PREFACE_BYTES,
  PROTOCOL_VERSION,
} from "#protocol/limits.ts";
import { encodePreface, judgePreface } from "#protocol/preface.ts";
import { type HelloRequest, HelloSchema } from "#protocol/requests.ts";
import type { Welcome } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { encodeError } from "./error_reply.ts";

/** What WELCOME says of a server. */
export interface WelcomingServer {
  /** When it closes an idle connection. */
  readonly timeouts: { readonly idleMs: number };
  /** Whether transfers may be compressed. */
  readonly mayCompress: boolean;
  /** Bytes per second that a transfer has at most; 0 for no limit. */
  readonly rate: number;
}

/** What to send to a peer that is refused before its hello was understood; then the socket closes. */
export class RefusedPreface extends Error {
  /** Why, as an error of this protocol. */
  readonly reason: SluiceError;
  /** Bytes that the peer's own protocol understands; `undefined` for a peer that may speak this one. */
  readonly answer: Uint8Array | undefined;

  /**
   * @param message For the log.
   * @param reason Why, as an error of this protocol.
   * @param answer Bytes for a peer that speaks another protocol.
   */
  constructor(message: string, reason: SluiceError, answer?: Uint8Array) {
    super(message);
    this.reason = reason;
    this.answer = answer;
  }
}

/**
 * Reads a preface (docs/protocol.md §2).
 *
 * @param read Reads some bytes into an array; `null` at the end.
 * @returns What arrived behind the preface, or `null` when the peer left without a word.
 * @throws {RefusedPreface} When it is not a preface of this version.
 */
export async function readPreface(
  read: (into: Uint8Array) => Promise<number | null>,
): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(4096);
  let filled = 0;
  for (;;) {
    const count = await read(bytes.subarray(filled));
    if (count === null) return null;
    filled += count;
    const verdict = judgePreface(bytes.subarray(0, filled));
    if (verdict.kind === "incomplete") continue;
    if (verdict.kind === "sluice" && verdict.version === PROTOCOL_VERSION) {
      return bytes.subarray(PREFACE_BYTES, filled);
    }
    throw refuse(verdict);
  }
}

/**
 * Puts the bytes that came behind a preface in front of those that are still to be read.
 *
 * @param rest What `readPreface` gave.
 * @param read Reads from the socket.
 * @returns What frames are read from.
 */
export function sourceBehind(
  rest: Uint8Array,
  read: (into: Uint8Array) => Promise<number | null>,
): { read(into: Uint8Array): Promise<number | null> } {
  let pending = rest;
  return {
    read: async (into): Promise<number | null> => {
      if (pending.byteLength === 0) return await read(into);
      const count = Math.min(into.byteLength, pending.byteLength);
      into.set(pending.subarray(0, count));
      pending = pending.subarray(count);
      return count;
    },
  };
}

/**
 * Checks that the first frame is a HELLO.
 *
 * @param batch The first frames of a connection.
 * @returns What the client says of itself.
 * @throws {SluiceError} `protocol_error` or `invalid_request`.
 */
export function readHello(batch: FrameBatch): HelloRequest {
  const frame = batch.frames[0];
  if (frame?.type !== FrameType.HELLO) {
    throw new SluiceError("protocol_error", "Cannot greet: the first frame is not HELLO");
  }
  const payload = batch.bytes.subarray(frame.payloadAt, frame.payloadAt + frame.payloadBytes);
  return decodeControl(HelloSchema, payload);
}

/** Says that a peer has not shown in time who it is. */
export function helloOverdue(): SluiceError {
  const why = "the hello did not arrive in time";
  return new SluiceError("timeout", `Cannot keep the connection: ${why}`);
}

/**
 * Builds the server's preface and WELCOME.
 *
 * @param connectionId Number of the connection.
 * @param server What the client should know of it.
 * @param role What the client may do.
 * @returns Bytes for the client.
 */
export function encodeWelcome(
  connectionId: number,
  server: WelcomingServer,
  role: AccessRole,
): Uint8Array {
  const welcome: Welcome = {
    agent: AGENT,
    connectionId,
    role,
    compression: server.mayCompress ? [ZSTD] : [],
    limits: {
      dataBytes: MAX_DATA_BYTES,
      requestBytes: MAX_REQUEST_BYTES,
      pathBytes: MAX_PATH_BYTES,
      nameBytes: MAX_NAME_BYTES,
      pathDepth: MAX_PATH_DEPTH,
      listEntries: MAX_LIST_ENTRIES,
      initialWindowBytes: INITIAL_WINDOW_BYTES,
      idleTimeoutMs: server.timeouts.idleMs,
      rate: server.rate,
    },
  };
  return concat(encodePreface(), encodeControl(FrameType.WELCOME, 0, welcome));
}

/** Builds the server's preface and an ERROR for the connection: a refusal that a client can read. */
export function encodeRefusal(error: SluiceError): Uint8Array {
  return concat(encodePreface(), encodeError(0, error));
}

function refuse(
  verdict: Exclude<ReturnType<typeof judgePreface>, { kind: "incomplete" }>,
): RefusedPreface {
  switch (verdict.kind) {
    case "http":
      return new RefusedPreface("it sent an HTTP request", NOT_SLUICE, HTTP_ANSWER);
    case "tls":
      return new RefusedPreface("it began a TLS handshake", NOT_SLUICE, TLS_ALERT);
    case "sluice":
      return new RefusedPreface(
        `it speaks version ${verdict.version}`,
        new SluiceError(
          "unsupported_version",
          `Cannot speak version ${verdict.version}: this server speaks version ${PROTOCOL_VERSION}`,
        ),
      );
    case "unknown":
      return new RefusedPreface("it does not speak the Sluice protocol", NOT_SLUICE);
  }
}

const NOT_SLUICE = new SluiceError(
  "protocol_error",
  "Cannot greet: the first bytes are not the Sluice preface",
);
const HTTP_BODY = "This port speaks the Sluice file transfer protocol, not HTTP.\n" +
  "Use the Sluice client: deno run client.ts list\n";
// RFC 9112 §4.
const HTTP_ANSWER = new TextEncoder().encode(
  "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n" +
    `Content-Length: ${HTTP_BODY.length}\r\nConnection: close\r\n\r\n${HTTP_BODY}`,
);
// RFC 8446 §6: alert record, fatal, protocol_version.
const TLS_ALERT = new Uint8Array([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.byteLength + second.byteLength);
  whole.set(first);
  whole.set(second, first.byteLength);
  return whole;
}
