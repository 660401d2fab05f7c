import { HEADER_BYTES, MAX_DATA_BYTES, MAX_REPLY_BYTES, MAX_REQUEST_BYTES } from "./limits.ts";
import { SluiceError } from "./sluice_error.ts";

/** Frame types and their byte on the wire (docs/protocol.md §4). */
export const FrameType = {
  HELLO: 0x01,
  WELCOME: 0x02,
  LIST: 0x10,
  STAT: 0x11,
  GET: 0x12,
  PUT: 0x13,
  COMMIT: 0x14,
  ABORT: 0x15,
  RENAME: 0x16,
  DELETE: 0x17,
  MKDIR: 0x18,
  STATUS: 0x19,
  CANCEL: 0x1a,
  PING: 0x1b,
  FIND: 0x1c,
  CHECKSUM: 0x1d,
  HISTORY: 0x1e,
  TRASH: 0x1f,
  DATA: 0x20,
  RESTORE: 0x21,
  EMPTY_TRASH: 0x22,
  ARCHIVE: 0x23,
  PUBLISH: 0x24,
  WATCH: 0x25,
  PACKED: 0x26,
  THROTTLE: 0x27,
  READY: 0x40,
  RESULT: 0x41,
  ERROR: 0x42,
  QUEUED: 0x43,
  ACK: 0x44,
  PROGRESS: 0x45,
  PONG: 0x46,
  ENTRIES: 0x47,
  SNAPSHOT: 0x48,
} as const;

/** One byte that says what a frame is. */
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

const FRAME_TYPES: ReadonlySet<number> = new Set(Object.values(FrameType));

/** A decoded frame header (docs/protocol.md §3). */
export interface FrameHeader {
  readonly type: FrameType;
  /** Chosen by the client, echoed by the server; 0 means the connection itself. */
  readonly requestId: number;
  /** Payload bytes that follow the header. */
  readonly payloadBytes: number;
  /** CRC-32 of a DATA frame's payload, or of the bytes that a PACKED one stands for; else 0. */
  readonly crc: number;
}

/**
 * Writes a frame header: u32 payload length, u8 type, three zero bytes, u32 request id, u32 CRC-32,
 * all big-endian.
 *
 * @param bytes Destination; 16 bytes from `at` are written.
 * @param at Offset of the header in `bytes`.
 * @param header What to write.
 */
export function writeHeader(bytes: Uint8Array, at: number, header: FrameHeader): void {
  writeU32(bytes, at, header.payloadBytes);
  bytes[at + 4] = header.type;
  bytes[at + 5] = 0;
  bytes[at + 6] = 0;
  bytes[at + 7] = 0;
  writeU32(bytes, at + 8, header.requestId);
  writeU32(bytes, at + 12, header.crc);
}

/**
 * Reads and checks a frame header.
 *
 * @param bytes Source; holds at least 16 bytes from `at`.
 * @param at Offset of the header in `bytes`.
 * @param from Which side sent it; clients may send smaller control payloads than servers.
 * @returns The header.
 * @throws {SluiceError} `protocol_error` when the type is unknown, a reserved byte is set, or the
 * payload is longer than its type allows.
 */
export function readHeader(bytes: Uint8Array, at: number, from: "client" | "server"): FrameHeader {
  const payloadBytes = readU32(bytes, at);
  const type = bytes[at + 4] ?? 0;
  if (!FRAME_TYPES.has(type)) {
    throw new SluiceError("protocol_error", `Cannot read frame: type 0x${hex(type)} is unknown`);
  }
  if ((bytes[at + 5] ?? 0) !== 0 || (bytes[at + 6] ?? 0) !== 0 || (bytes[at + 7] ?? 0) !== 0) {
    throw new SluiceError("protocol_error", "Cannot read frame: a reserved byte is not zero");
  }
  const most = maxPayloadBytes(type as FrameType, from);
  if (payloadBytes > most) {
    throw new SluiceError(
      "protocol_error",
      `Cannot read frame: ${payloadBytes} bytes are over the limit of ${most}`,
    );
  }
  return {
    type: type as FrameType,
    requestId: readU32(bytes, at + 8),
    payloadBytes,
    crc: readU32(bytes, at + 12),
  };
}

/**
 * Builds one whole frame with a JSON payload.
 *
 * @param type Frame type.
 * @param requestId Request that it belongs to, or 0.
 * @param payload Value to encode; `undefined` gives an empty payload.
 * @returns Header and payload in one array.
 */
export function encodeControl(
  type: FrameType,
  requestId: number,
  payload?: unknown,
): Uint8Array<ArrayBuffer> {
  const body = payload === undefined ? EMPTY : encoder.encode(JSON.stringify(payload));
  return encodeFrame(type, requestId, body);
}

/**
 * Builds one whole frame around raw bytes, which are copied.
 *
 * @param type Frame type.
 * @param requestId Request that it belongs to, or 0.
 * @param payload Raw payload.
 * @param crc CRC-32 of the payload for a DATA frame, else 0.
 * @returns Header and payload in one array.
 */
export function encodeFrame(
  type: FrameType,
  requestId: number,
  payload: Uint8Array,
  crc = 0,
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + payload.byteLength);
  writeHeader(frame, 0, { type, requestId, payloadBytes: payload.byteLength, crc });
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** Writes an unsigned 32-bit big-endian number. */
export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Reads an unsigned 32-bit big-endian number. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)) >>> 0;
}

/** Writes an unsigned 64-bit big-endian number up to 2^53 - 1. */
export function writeU64(bytes: Uint8Array, at: number, value: number): void {
  writeU32(bytes, at, Math.floor(value / 2 ** 32));
  writeU32(bytes, at + 4, value % 2 ** 32);
}

/** Reads an unsigned 64-bit big-endian number up to 2^53 - 1. */
export function readU64(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) * 2 ** 32 + readU32(bytes, at + 4);
}

const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();

function maxPayloadBytes(type: FrameType, from: "client" | "server"): number {
  if (type === FrameType.DATA || type === FrameType.PACKED) return MAX_DATA_BYTES;
  return from === "client" ? MAX_REQUEST_BYTES : MAX_REPLY_BYTES;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
