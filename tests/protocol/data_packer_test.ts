import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { DataPacker, mostPieceBytes } from "#protocol/data_packer.ts";
import { FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { unpack } from "#protocol/packed_data.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { textBytes } from "#tests/support/text_bytes.ts";

Deno.test("finish() makes PACKED frames of text and DATA frames of noise, with the plain bytes' CRC-32", () => {
  const packer = new DataPacker({ mode: "on", rate: () => 0 });
  const text = textBytes(100_000);
  const packed = packer.finish(roomFor(text), 7);
  const header = readHeader(packed, 0, "client");
  assert.deepEqual([header.type, header.requestId, header.crc], [FrameType.PACKED, 7, crc32(text)]);
  assert.equal(header.payloadBytes, packed.byteLength - HEADER_BYTES);
  assert.deepEqual(new Uint8Array(unpack(packed.subarray(HEADER_BYTES), header.crc) ?? []), text);
  const noise = randomBytes(100_000);
  const plain = packer.finish(roomFor(noise), 7);
  assert.equal(readHeader(plain, 0, "client").type, FrameType.DATA);
  assert.deepEqual(plain.subarray(HEADER_BYTES), noise);
  assert.equal(packer.wireBytes, header.payloadBytes + noise.byteLength);
});

Deno.test("finish() in auto compresses under a rate from the first frame on, and not without one", () => {
  const typeAt = (rate: number): FrameType => {
    const packer = new DataPacker({ mode: "auto", rate: () => rate });
    return readHeader(packer.finish(roomFor(textBytes(100_000)), 1), 0, "client").type;
  };
  assert.equal(typeAt(1e6), FrameType.PACKED);
  assert.equal(typeAt(0), FrameType.DATA);
});

Deno.test("pieceBytes() asks for larger pieces only where they are likely to be compressed", () => {
  const at = (mode: "auto" | "on", rate: number): number => {
    return new DataPacker({ mode, rate: () => rate }).pieceBytes(3000);
  };
  assert.deepEqual([at("on", 0), at("auto", 1e5), at("auto", 0)], [24_000, 24_000, 3000]);
  assert.equal(mostPieceBytes(256 * 1024), 512 * 1024);
  assert.equal(mostPieceBytes(1024 * 1024), 1024 * 1024);
});

function roomFor(plain: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + plain.byteLength);
  frame.set(plain, HEADER_BYTES);
  return frame;
}
