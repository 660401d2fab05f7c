import assert from "node:assert/strict";
import { constants, crc32, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { writeU32 } from "#protocol/frame.ts";
import { MAX_DATA_BYTES } from "#protocol/limits.ts";
import { packInPlace, plainBytesOf, unpack } from "#protocol/packed_data.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { textBytes } from "#tests/support/text_bytes.ts";

Deno.test("unpack() gives what packInPlace() packed, and what saves too little is left alone", () => {
  const repeats = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(500));
  fc.assert(fc.property(fc.array(repeats, { minLength: 1, maxLength: 8 }), (parts) => {
    const plain = concatBytes(parts.flatMap(([bytes, times]) => Array(times + 1).fill(bytes)));
    const buffer = plain.slice();
    const packedBytes = packInPlace(buffer);
    if (packedBytes === undefined) return assert.deepEqual(buffer, plain);
    assert.ok(packedBytes <= plain.byteLength * 15 / 16);
    const packed = buffer.subarray(0, packedBytes);
    assert.equal(plainBytesOf(packed), plain.byteLength);
    assert.deepEqual(asArray(unpack(packed, crc32(plain))), plain);
  }));
});

Deno.test("packInPlace() leaves noise as it is, and shrinks text of any size up to 1 MiB", () => {
  assert.equal(packInPlace(randomBytes(100_000)), undefined);
  for (const sizeBytes of [1000, 16_384, MAX_DATA_BYTES]) {
    const plain = textBytes(sizeBytes);
    const packedBytes = packInPlace(plain.slice());
    assert.ok(packedBytes !== undefined && packedBytes < sizeBytes / 2, `${sizeBytes}`);
  }
});

Deno.test("unpack() gives nothing for bytes that were changed, cut or lengthened", () => {
  const plain = textBytes(5000);
  const packed = pack(plain);
  fc.assert(
    fc.property(fc.nat(packed.byteLength - 5), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = packed.slice();
      const index = at + 4;
      changed[index] = (changed[index] ?? 0) ^ by;
      // A bit that means nothing to zstd may change; then the bytes are the right ones all the same.
      const bytes = unpack(changed, crc32(plain));
      if (bytes !== undefined) assert.deepEqual(asArray(bytes), plain);
    }),
  );
  fc.assert(fc.property(fc.integer({ min: 5, max: packed.byteLength - 1 }), (length) => {
    assert.equal(unpack(packed.subarray(0, length), crc32(plain)), undefined);
  }));
  assert.equal(unpack(concatBytes([packed, randomBytes(9)]), crc32(plain)), undefined);
  assert.equal(unpack(packed, crc32(plain) ^ 1), undefined);
});

Deno.test("unpack() of any bytes gives what they state or nothing, and never throws but for the length", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(2000), (garbage, stated) => {
    const payload = concatBytes([new Uint8Array(4), garbage]);
    writeU32(payload, 0, stated);
    if (stated === 0 || garbage.byteLength === 0) {
      assert.throws(() => unpack(payload, 0), { code: "protocol_error" });
    } else {
      const bytes = unpack(payload, 0);
      assert.ok(bytes === undefined || bytes.byteLength === stated);
    }
  }));
});

Deno.test("unpack() refuses a length of nothing or of more than 1 MiB before it decompresses", () => {
  const packed = pack(textBytes(1000));
  for (const stated of [0, MAX_DATA_BYTES + 1, 0xffff_ffff]) {
    writeU32(packed, 0, stated);
    assert.throws(() => unpack(packed, 0), { code: "protocol_error" });
  }
  for (const length of [0, 3, 4]) {
    assert.throws(() => unpack(new Uint8Array(length), 0), { code: "protocol_error" });
  }
});

Deno.test("unpack() stops at the stated length, whatever a bomb would become", () => {
  const bomb = zstdCompressSync(new Uint8Array(64 * MAX_DATA_BYTES));
  const payload = concatBytes([new Uint8Array(4), bomb]);
  for (const stated of [1, 1000, MAX_DATA_BYTES]) {
    writeU32(payload, 0, stated);
    assert.equal(unpack(payload, 0), undefined);
  }
});

Deno.test("unpack() refuses a window of more than 8 MiB", () => {
  const plain = textBytes(100_000);
  for (const [windowLog, isTaken] of [[23, true], [24, false], [27, false]] as const) {
    const frame = zstdCompressSync(plain, { params: { [constants.ZSTD_c_windowLog]: windowLog } });
    const payload = concatBytes([new Uint8Array(4), frame]);
    writeU32(payload, 0, plain.byteLength);
    assert.equal(unpack(payload, crc32(plain)) !== undefined, isTaken, `${windowLog}`);
  }
});

function pack(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer = plain.slice();
  return buffer.slice(0, packInPlace(buffer));
}

/** A Buffer is no Uint8Array to deepEqual. */
function asArray(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : new Uint8Array(bytes);
}
