/** Polynomial of IEEE 802.3, bits reversed. */
const POLYNOMIAL = 0xedb88320;
/**
 * Bytes of one thread after which it takes the runtime's own checksum: by then the slower one has
 * cost about what loading the other does, 4 MB and 20 ms.
 */
const NATIVE_AFTER_BYTES = 8 * 1024 * 1024;

type Crc32 = (bytes: Uint8Array, crc: number) => number;

let compute: Crc32 = computeAndCount;
let counted = 0;
let tables: Int32Array | undefined;

/**
 * Computes a CRC-32 (IEEE 802.3, as in zip). A thread that moves little, such as one of hundreds of
 * throttled connections, never loads the runtime's fast one, which brings much else along.
 *
 * @param bytes What to add.
 * @param crc CRC-32 of all bytes before these. @default 0
 * @returns CRC-32 of all bytes, unsigned.
 */
export function crc32(bytes: Uint8Array, crc = 0): number {
  return compute(bytes, crc);
}

function computeAndCount(bytes: Uint8Array, crc: number): number {
  counted += bytes.byteLength;
  if (counted >= NATIVE_AFTER_BYTES) {
    compute = computeSlowly;
    void import("node:zlib").then((zlib) => compute = zlib.crc32);
  }
  return computeSlowly(bytes, crc);
}

/** Eight bytes at a time; one table for each of them. */
function computeSlowly(bytes: Uint8Array, crc: number): number {
  const table = tables ??= makeTables();
  const { buffer, byteOffset, byteLength } = bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  let rest = ~crc;
  let at = 0;
  for (; at + 8 <= byteLength; at += 8) {
    const low = rest ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    rest = (table[0x700 | (low & 0xff)] as number) ^
      (table[0x600 | (low >>> 8 & 0xff)] as number) ^
      (table[0x500 | (low >>> 16 & 0xff)] as number) ^
      (table[0x400 | (low >>> 24)] as number) ^
      (table[0x300 | (high & 0xff)] as number) ^
      (table[0x200 | (high >>> 8 & 0xff)] as number) ^
      (table[0x100 | (high >>> 16 & 0xff)] as number) ^
      (table[high >>> 24] as number);
  }
  for (; at < byteLength; at++) {
    rest = (rest >>> 8) ^ (table[(rest ^ view.getUint8(at)) & 0xff] as number);
  }
  return ~rest >>> 0;
}

/** Table n holds what a byte leaves behind after n more bytes. */
function makeTables(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
    table[byte] = rest;
  }
  for (let index = 256; index < table.length; index++) {
    const before = table[index - 256] as number;
    table[index] = (before >>> 8) ^ (table[before & 0xff] as number);
  }
  return table;
}
