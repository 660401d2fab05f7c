import assert from "node:assert/strict";
import { constants, crc32, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { writeU32 } from "#protocol/frame.ts";
import { MAX_DATA_BYTES } from "#protocol/limits.ts";
import { packInPlace, plainBytesOf, unpack } from "#protocol/packed_data.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { textBytes } from "#tests/support/text_bytes.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { runCommand } from "#tests/support/run_command.ts";

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

Deno.test("packInPlace() makes one frame also of what shrinks a little", () => {
  for (const sizeBytes of [5000, 100_000, 512 * 1024, MAX_DATA_BYTES]) {
    for (const noise of [0.3, 0.5, 0.7, 0.8]) {
      const noiseBytes = Math.floor(sizeBytes * noise);
      const plain = concatBytes([randomBytes(noiseBytes), textBytes(sizeBytes - noiseBytes)]);
      const packed = pack(plain);
      const bytes = unpack(packed, crc32(plain));
      assert.equal(bytes?.byteLength, sizeBytes, `${sizeBytes} ${noise}`);
    }
  }
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
    const params = { [constants.ZSTD_c_windowLog]: windowLog };
    const frame = zstdCompressSync(plain, { params, chunkSize: MAX_DATA_BYTES });
    const payload = concatBytes([new Uint8Array(4), frame]);
    writeU32(payload, 0, plain.byteLength);
    assert.equal(unpack(payload, crc32(plain)) !== undefined, isTaken, `${windowLog}`);
  }
});

Deno.test("unpack() takes exactly one frame: nothing skippable, nothing behind it, no dictionary", () => {
  const plain = textBytes(5000);
  const frame = zstdCompressSync(plain);
  const nothing = zstdCompressSync(new Uint8Array(0));
  const refused: Record<string, Uint8Array> = {
    "a skippable frame": SKIPPABLE,
    "a skippable frame in front": concatBytes([SKIPPABLE, frame]),
    "a skippable frame behind": concatBytes([frame, SKIPPABLE]),
    "a frame behind": concatBytes([frame, frame]),
    "an empty frame in front": concatBytes([nothing, frame]),
    "an empty frame behind": concatBytes([frame, nothing]),
    "a dictionary's number": withDictionary(frame),
    "a flag that is reserved": frame.with(4, (frame[4] ?? 0) | 0x08),
  };
  const unpackFrame = (bytes: Uint8Array): Uint8Array | undefined => {
    const payload = concatBytes([new Uint8Array(4), bytes]);
    writeU32(payload, 0, plain.byteLength);
    return asArray(unpack(payload, crc32(plain)));
  };
  assert.deepEqual(unpackFrame(frame), plain);
  for (const [what, bytes] of Object.entries(refused)) {
    assert.equal(unpackFrame(bytes), undefined, what);
  }
});

Deno.test("unpack() takes frames with and without a size, with a checksum, and of any length", () => {
  for (const sizeBytes of [1, 255, 256, 257, 65_791, 65_792, 300_000, MAX_DATA_BYTES]) {
    const plain = textBytes(sizeBytes);
    for (
      const options of [
        { pledgedSrcSize: sizeBytes },
        { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } },
        { params: { [constants.ZSTD_c_checksumFlag]: 1 } },
      ]
    ) {
      const frame = zstdCompressSync(plain, { ...options, chunkSize: 2 * MAX_DATA_BYTES });
      const payload = concatBytes([new Uint8Array(4), frame]);
      writeU32(payload, 0, sizeBytes);
      assert.equal(unpack(payload, crc32(plain))?.byteLength, sizeBytes, JSON.stringify(options));
      if (sizeBytes === 1) continue;
      writeU32(payload, 0, sizeBytes - 1);
      assert.equal(unpack(payload, crc32(plain)), undefined);
    }
  }
});

Deno.test("unpack() needs no more memory for a thousand bombs than for one", async () => {
  // A process of its own: what else the tests of this one hold does not count.
  const bombs = "tests/protocol/fixtures/unpack_bombs.ts";
  const { code, stdout, stderr } = await runCommand(Deno.execPath(), ["run", "--no-check", bombs], {
    cwd: PROJECT_FOLDER,
  });
  assert.equal(code, 0, stderr);
  // One megabyte of each would be a gigabyte.
  assert.ok(Number(stdout) < 500e6, stdout);
});

/** A frame that zstd passes over: five bytes that mean nothing. */
const SKIPPABLE = new Uint8Array([0x50, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);

/** Says of a frame that it needs the dictionary of number 7. */
function withDictionary(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const flags = frame[4] ?? 0;
  const at = (flags & 0x20) === 0 ? 6 : 5;
  return concatBytes([
    frame.subarray(0, 4),
    new Uint8Array([flags | 0x01]),
    frame.subarray(5, at),
    new Uint8Array([7]),
    frame.subarray(at),
  ]);
}

function pack(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer = plain.slice();
  return buffer.slice(0, packInPlace(buffer));
}

/** A Buffer is no Uint8Array to deepEqual. */
function asArray(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : new Uint8Array(bytes);
}
