import assert from "node:assert/strict";
import { crc32 as native } from "node:zlib";
import fc from "fast-check";
import { crc32 } from "#protocol/crc32.ts";

Deno.test("crc32() gives the checksum of the standard's example", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array(0)), 0);
});

Deno.test("crc32() agrees with zlib for any bytes, wherever they begin and whatever came before", () => {
  const anyBytes = fc.uint8Array({ maxLength: 100 });
  const anyStart = fc.nat({ max: 20 });
  fc.assert(fc.property(anyBytes, anyStart, anyBytes, (bytes, start, before) => {
    const part = bytes.subarray(start);
    assert.equal(crc32(part, crc32(before)), native(part, native(before)));
  }));
});

Deno.test("crc32() stays the same when it changes over to the runtime's own after many bytes", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(64 * 1024));
  const expected = native(bytes);
  for (let round = 0; round < 160; round++) assert.equal(crc32(bytes), expected);
  await import("node:zlib");
  for (let round = 0; round < 3; round++) {
    assert.equal(crc32(bytes.subarray(1), 7), native(bytes.subarray(1), 7));
  }
});
