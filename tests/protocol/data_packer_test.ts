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

Deno.test("finish() in auto follows a limit that comes, is lowered, and goes again", () => {
  const text = textBytes(100_000);
  let [rate, nowMs] = [0, 0];
  const packer = new DataPacker({ mode: "auto", rate: () => rate, now: () => nowMs });
  const nextTypes = (count: number): Set<FrameType> => {
    return new Set(Array.from({ length: count }, () => {
      const frame = packer.finish(roomFor(text), 1);
      // A limit makes the line wait; without one the socket takes it at once.
      nowMs += rate > 0 ? (frame.byteLength / rate) * 1000 : 0.1;
      return readHeader(frame, 0, "client").type;
    }));
  };
  assert.deepEqual(nextTypes(30), new Set([FrameType.DATA]));
  rate = 1e6;
  assert.deepEqual(nextTypes(3), new Set([FrameType.PACKED]));
  rate = 2e5;
  assert.deepEqual(nextTypes(3), new Set([FrameType.PACKED]));
  rate = 0;
  assert.deepEqual(nextTypes(30), new Set([FrameType.DATA]));
});

Deno.test("pieceBytes() asks for larger pieces only where they are likely to be compressed", () => {
  const at = (mode: "auto" | "on", rate: number): number => {
    return new DataPacker({ mode, rate: () => rate }).pieceBytes(3000);
  };
  assert.deepEqual([at("on", 0), at("auto", 1e5), at("auto", 0)], [24_000, 24_000, 3000]);
  assert.equal(mostPieceBytes(256 * 1024), 512 * 1024);
  assert.equal(mostPieceBytes(1024 * 1024), 1024 * 1024);
});

Deno.test("pieceBytes() asks for no more than flows in a fourth of a second, also of what does not shrink", () => {
  for (
    const [rate, flowing] of [[1e5, 12_500], [1e6, 125_000], [1000, 256], [5e5, 1000]] as const
  ) {
    const packer = new DataPacker({ mode: "on", rate: () => rate });
    assert.equal(
      packer.pieceBytes(flowing),
      Math.min(8 * flowing, Math.max(flowing, Math.floor(rate / 4))),
    );
  }
  const fast = new DataPacker({ mode: "on", rate: () => 10e9 });
  assert.equal(fast.pieceBytes(256 * 1024), 512 * 1024);
});

function roomFor(plain: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + plain.byteLength);
  frame.set(plain, HEADER_BYTES);
  return frame;
}
