import { crc32 } from "./crc32.ts";
import { readU32, writeU32 } from "./frame.ts";
import { MAX_DATA_BYTES } from "./limits.ts";
import { SluiceError } from "./sluice_error.ts";
import { releaseBytes } from "./release_bytes.ts";
import { isOneZstdFrame } from "./zstd_frame.ts";

/** Bytes of a PACKED payload before the zstd frame: the plain length. */
export const PACKED_HEADER_BYTES = 4;
/** Measured: 10 % fewer bytes than level 1 for a fifth more time, where the line is what takes time. */
const LEVEL = 3;
/** What saves less than a sixteenth is not worth the other side's work. */
const LEAST_SAVING = 1 / 16;
/** Of the window, once more what `isOneZstdFrame` has looked at. */
const MOST_WINDOW_LOG = 23;

let loaded: typeof import("node:zlib") | undefined;

/**
 * Compresses a piece of a file where it lies (docs/protocol.md §6.15).
 *
 * @param plain The piece, 1 byte to 1 MiB. Overwritten with the payload of a PACKED frame when that saves
 * at least a sixteenth, else left as it is.
 * @returns Bytes of the payload, from the beginning of `plain`; `undefined` when it would save too little.
 */
export function packInPlace(plain: Uint8Array): number | undefined {
  const { constants, zstdCompressSync } = zlib();
  const options = {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
    // With its size known the frame states it, and small pieces take half the time.
    pledgedSrcSize: plain.byteLength,
    // Room for all at once: behind what comes in several chunks Deno 2.9.6 puts a second, empty frame.
    chunkSize: mostPackedBytes(plain.byteLength),
  };
  const packed = zstdCompressSync(plain, options);
  const payloadBytes = PACKED_HEADER_BYTES + packed.byteLength;
  const isWorthIt = payloadBytes <= plain.byteLength * (1 - LEAST_SAVING);
  if (isWorthIt) {
    writeU32(plain, 0, plain.byteLength);
    plain.set(packed, PACKED_HEADER_BYTES);
  }
  releaseBytes(packed);
  return isWorthIt ? payloadBytes : undefined;
}

/**
 * Says how many bytes of a file a PACKED payload stands for, before anything is decompressed.
 *
 * @param payload Payload of a PACKED frame.
 * @returns 1 to 1,048,576.
 * @throws {SluiceError} `protocol_error` for any other length.
 */
export function plainBytesOf(payload: Uint8Array): number {
  const plainBytes = payload.byteLength > PACKED_HEADER_BYTES ? readU32(payload, 0) : 0;
  if (plainBytes >= 1 && plainBytes <= MAX_DATA_BYTES) return plainBytes;
  throw new SluiceError("protocol_error", "Cannot unpack a piece: it states an impossible length");
}

/**
 * Decompresses a PACKED payload; never more than the length that it states, nor more than 1 MiB, and nothing
 * but exactly one frame of zstd's.
 *
 * @param payload Payload of a PACKED frame.
 * @param crc CRC-32 of the plain bytes, from the frame's header.
 * @returns The plain bytes, in a buffer of their own: large ones should be given back by `releaseBytes`; `undefined` when the payload does not stand for bytes of that length and CRC-32.
 * @throws {SluiceError} `protocol_error` when it states an impossible length.
 */
export function unpack(payload: Uint8Array, crc: number): Uint8Array | undefined {
  const plainBytes = plainBytesOf(payload);
  const frame = payload.subarray(PACKED_HEADER_BYTES);
  // zstd itself would pass over what stands behind a frame, and over skippable ones.
  if (!isOneZstdFrame(frame, plainBytes)) return undefined;
  const plain = decompress(frame, plainBytes);
  if (plain?.byteLength !== plainBytes || crc32(plain) !== crc) return undefined;
  return plain;
}

/** ZSTD_COMPRESSBOUND of zstd.h, and a byte to spare. */
function mostPackedBytes(plainBytes: number): number {
  return plainBytes + (plainBytes >> 8) + 129;
}

/** Loaded when the first piece is packed: it takes 4 MB, and there may be hundreds of workers. */
function zlib(): typeof import("node:zlib") {
  return loaded ??= process.getBuiltinModule("node:zlib");
}

function decompress(frame: Uint8Array, mostBytes: number): Uint8Array | undefined {
  const { constants, zstdDecompressSync } = zlib();
  try {
    return zstdDecompressSync(frame, {
      maxOutputLength: mostBytes,
      // Room to spare: a chunk that is just full makes the runtime allocate another.
      chunkSize: mostBytes + 64,
      params: { [constants.ZSTD_d_windowLogMax]: MOST_WINDOW_LOG },
    });
  } catch {
    // Whatever zstd says of it: these are not the bytes that somebody packed.
    return undefined;
  }
}
