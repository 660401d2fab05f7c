/** First four bytes of a frame (RFC 8878 §3.1.1), little-endian; skippable frames have others. */
const MAGIC = 0xfd2fb528;
/** Memory that a sender may make its receiver use: RFC 8878 §3.1.1.1.2 wants 8 MiB to be supported. */
const MOST_WINDOW_BYTES = 8 * 1024 * 1024;
/** Bytes of the content's size by its two flag bits; 0 stands for one byte in frames of one segment. */
const SIZE_FIELD_BYTES = [0, 2, 4, 8] as const;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** A block that repeats one byte; the type behind it is reserved. */
const REPEAT_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** What stands before the first block. */
interface FrameHead {
  readonly headBytes: number;
  readonly windowBytes: number;
  /** Length of the content, where the frame states it. */
  readonly contentBytes: number | undefined;
  readonly hasChecksum: boolean;
}

/**
 * Looks at the outline of compressed bytes, without decompressing any: whether they are exactly one zstd
 * frame, and one that any receiver can take. Skippable frames, dictionaries, windows over 8 MiB, anything
 * behind the frame and a stated size of another length are what no sender of PACKED frames has reason for.
 *
 * @param bytes All of a payload behind its plain length.
 * @param plainBytes The plain length.
 * @returns Whether decompressing is worth trying; the content may be wrong all the same.
 */
export function isOneZstdFrame(bytes: Uint8Array, plainBytes: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = readHead(view);
  if (head === undefined || head.windowBytes > MOST_WINDOW_BYTES) return false;
  if (head.contentBytes !== undefined && head.contentBytes !== plainBytes) return false;
  const endOfBlocks = skipBlocks(view, head.headBytes);
  if (endOfBlocks === undefined) return false;
  return endOfBlocks + (head.hasChecksum ? CHECKSUM_BYTES : 0) === bytes.byteLength;
}

/** RFC 8878 §3.1.1.1; `undefined` for what is cut short, reserved, or needs a dictionary. */
function readHead(view: DataView): FrameHead | undefined {
  if (view.byteLength < 6 || view.getUint32(0, true) !== MAGIC) return undefined;
  const flags = view.getUint8(4);
  const isOneSegment = (flags & 0x20) !== 0;
  const hasDictionary = (flags & 0x03) !== 0;
  const isReserved = (flags & 0x08) !== 0;
  if (hasDictionary || isReserved) return undefined;
  const sizeAt = isOneSegment ? 5 : 6;
  const sizeFieldBytes = SIZE_FIELD_BYTES[flags >> 6] || (isOneSegment ? 1 : 0);
  const headBytes = sizeAt + sizeFieldBytes;
  if (view.byteLength < headBytes) return undefined;
  const contentBytes = readContentBytes(view, sizeAt, sizeFieldBytes);
  return {
    headBytes,
    windowBytes: isOneSegment ? contentBytes ?? 0 : readWindowBytes(view.getUint8(5)),
    contentBytes,
    hasChecksum: (flags & 0x04) !== 0,
  };
}

function readContentBytes(view: DataView, at: number, fieldBytes: number): number | undefined {
  switch (fieldBytes) {
    case 0:
      return undefined;
    case 1:
      return view.getUint8(at);
    case 2:
      // What one byte can say is not said with two.
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    default:
      return Number(view.getBigUint64(at, true));
  }
}

/** RFC 8878 §3.1.1.1.2: an exponent in five bits, eighths in three. */
function readWindowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 0x07);
}

/** Finds the end of the last block (RFC 8878 §3.1.1.2); `undefined` when it does not come. */
function skipBlocks(view: DataView, firstAt: number): number | undefined {
  for (let at = firstAt; at + BLOCK_HEADER_BYTES <= view.byteLength;) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const type = (header >> 1) & 0x03;
    if (type === RESERVED_BLOCK) return undefined;
    at += BLOCK_HEADER_BYTES + (type === REPEAT_BLOCK ? 1 : header >> 3);
    const isLast = (header & 0x01) !== 0;
    if (isLast) return at;
  }
  return undefined;
}
