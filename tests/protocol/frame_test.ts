import assert from "node:assert/strict";
import fc from "fast-check";
import {
  encodeControl,
  encodeFrame,
  FrameType,
  readHeader,
  readU32,
  readU64,
  writeHeader,
  writeU32,
  writeU64,
} from "#protocol/frame.ts";
import {
  HEADER_BYTES,
  MAX_DATA_BYTES,
  MAX_REPLY_BYTES,
  MAX_REQUEST_BYTES,
} from "#protocol/limits.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

const ALL_TYPES: readonly FrameType[] = Object.values(FrameType);
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

Deno.test("readHeader() gives back what writeHeader() wrote, at any offset", () => {
  const header = fc.record({
    type: fc.constantFrom(...ALL_TYPES),
    requestId: u32,
    payloadBytes: fc.integer({ min: 0, max: MAX_REQUEST_BYTES }),
    crc: u32,
  }, { noNullPrototype: true });
  fc.assert(fc.property(header, fc.integer({ min: 0, max: 40 }), (expected, at) => {
    const bytes = new Uint8Array(at + HEADER_BYTES + 3).fill(0xee);
    writeHeader(bytes, at, expected);
    assert.deepEqual(readHeader(bytes, at, "client"), expected);
    assert.ok(bytes.subarray(0, at).every((byte) => byte === 0xee));
    assert.ok(bytes.subarray(at + HEADER_BYTES).every((byte) => byte === 0xee));
  }));
});

Deno.test("writeHeader() writes the layout of docs/protocol.md §3", () => {
  const bytes = new Uint8Array(HEADER_BYTES).fill(0xff);
  writeHeader(bytes, 0, {
    type: FrameType.DATA,
    requestId: 0x01020304,
    payloadBytes: 0x000a0b0c,
    crc: 0xdeadbeef,
  });
  const expected = [0, 0x0a, 0x0b, 0x0c, 0x20, 0, 0, 0, 1, 2, 3, 4, 0xde, 0xad, 0xbe, 0xef];
  assert.deepEqual([...bytes], expected);
});

Deno.test("readHeader() throws protocol_error when the type is unknown", () => {
  const known: ReadonlySet<number> = new Set(ALL_TYPES);
  for (let type = 0; type < 256; type++) {
    if (known.has(type)) continue;
    const bytes = new Uint8Array(HEADER_BYTES);
    bytes[4] = type;
    assert.throws(() => readHeader(bytes, 0, "client"), isProtocolError, `type ${type}`);
  }
});

Deno.test("readHeader() throws protocol_error when any bit of a reserved byte is set", () => {
  for (const at of [5, 6, 7]) {
    for (let bit = 0; bit < 8; bit++) {
      const bytes = encodeFrame(FrameType.PING, 1, new Uint8Array(0));
      bytes[at] = 1 << bit;
      assert.throws(() => readHeader(bytes, 0, "client"), isProtocolError);
    }
  }
});

Deno.test("readHeader() takes a payload of exactly the limit and refuses one byte more", () => {
  const limits = [
    { type: FrameType.DATA, from: "client", most: MAX_DATA_BYTES },
    { type: FrameType.DATA, from: "server", most: MAX_DATA_BYTES },
    { type: FrameType.LIST, from: "client", most: MAX_REQUEST_BYTES },
    { type: FrameType.RESULT, from: "server", most: MAX_REPLY_BYTES },
  ] as const;
  for (const { type, from, most } of limits) {
    const bytes = new Uint8Array(HEADER_BYTES);
    writeHeader(bytes, 0, { type, requestId: 1, payloadBytes: most, crc: 0 });
    assert.equal(readHeader(bytes, 0, from).payloadBytes, most);
    for (const over of [most + 1, 2 ** 31, 2 ** 32 - 1]) {
      writeHeader(bytes, 0, { type, requestId: 1, payloadBytes: over, crc: 0 });
      assert.throws(() => readHeader(bytes, 0, from), isProtocolError);
    }
  }
});

Deno.test("readHeader() gives a header or protocol_error, and nothing else, for garbage", () => {
  const garbage = fc.uint8Array({ minLength: HEADER_BYTES, maxLength: HEADER_BYTES });
  fc.assert(fc.property(garbage, fc.constantFrom("client", "server"), (bytes, from) => {
    try {
      const header = readHeader(bytes, 0, from);
      assert.ok(ALL_TYPES.includes(header.type));
      assert.ok(header.payloadBytes <= MAX_DATA_BYTES);
    } catch (error) {
      assert.ok(isProtocolError(error));
    }
  }));
});

Deno.test("encodeControl() writes JSON behind a header whose length is that of the UTF-8", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const frame = encodeControl(FrameType.RESULT, 7, value);
    const header = readHeader(frame, 0, "server");
    assert.equal(header.payloadBytes, frame.byteLength - HEADER_BYTES);
    assert.equal(header.crc, 0);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(frame.subarray(HEADER_BYTES));
    assert.equal(text, JSON.stringify(value));
  }));
});

Deno.test("encodeControl() writes an empty payload when there is no value", () => {
  const frame = encodeControl(FrameType.STATUS, 3);
  assert.equal(frame.byteLength, HEADER_BYTES);
  assert.equal(readHeader(frame, 0, "client").payloadBytes, 0);
});

Deno.test("encodeFrame() copies its payload, so that the caller's buffer is free at once", () => {
  const payload = Uint8Array.of(1, 2, 3);
  const frame = encodeFrame(FrameType.DATA, 9, payload, 0x55bc801d);
  payload.fill(0);
  assert.deepEqual([...frame.subarray(HEADER_BYTES)], [1, 2, 3]);
  assert.equal(readHeader(frame, 0, "client").crc, 0x55bc801d);
});

Deno.test("readU32() and readU64() give back what was written", () => {
  fc.assert(fc.property(u32, fc.maxSafeNat(), (small, large) => {
    const bytes = new Uint8Array(12);
    writeU32(bytes, 0, small);
    writeU64(bytes, 4, large);
    assert.equal(readU32(bytes, 0), small);
    assert.equal(readU64(bytes, 4), large);
  }));
});

Deno.test("writeU64() holds the largest size that the protocol can name", () => {
  const bytes = new Uint8Array(8);
  writeU64(bytes, 0, Number.MAX_SAFE_INTEGER);
  assert.deepEqual([...bytes], [0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  assert.equal(readU64(bytes, 0), Number.MAX_SAFE_INTEGER);
});

function isProtocolError(error: unknown): boolean {
  return error instanceof SluiceError && error.code === "protocol_error";
}
