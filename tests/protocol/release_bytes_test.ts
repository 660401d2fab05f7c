import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { MAX_DATA_BYTES } from "#protocol/limits.ts";
import { packInPlace, unpack } from "#protocol/packed_data.ts";
import { releaseBytes } from "#protocol/release_bytes.ts";

Deno.test("releaseBytes() empties a large array at once and leaves a small one, which may share its buffer", () => {
  const large = new Uint8Array(MAX_DATA_BYTES);
  const small = new Uint8Array(1000);
  releaseBytes(large);
  releaseBytes(small);
  assert.deepEqual([large.byteLength, small.byteLength], [0, 1000]);
});

Deno.test("unpack() and packInPlace() leave nothing for the garbage collector once the bytes are released", () => {
  const plain = new Uint8Array(MAX_DATA_BYTES);
  const crc = crc32(plain);
  const frame = plain.slice();
  const packed = frame.subarray(0, packInPlace(frame));
  const before = Deno.memoryUsage().external;
  // All in one turn: nothing is collected that only waits for one.
  for (let round = 0; round < 200; round++) {
    const bytes = unpack(packed, crc);
    assert.equal(bytes?.byteLength, MAX_DATA_BYTES);
    releaseBytes(bytes ?? plain);
    packInPlace(frame.fill(0, 0, packed.byteLength));
  }
  const grown = Deno.memoryUsage().external - before;
  assert.ok(grown < 16 * MAX_DATA_BYTES, `${grown}`);
});
