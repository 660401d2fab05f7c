import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatBytes,
  formatRate,
  formatSeconds,
  parseBytes,
  parseRate,
} from "#protocol/byte_units.ts";

const SIZES: readonly (readonly [string, number])[] = [
  ["0", 0],
  ["1000", 1000],
  ["1b", 1],
  ["1k", 1000],
  ["1kB", 1000],
  ["1KiB", 1024],
  ["256KiB", 262_144],
  ["1.5MB", 1_500_000],
  ["1.5 MiB", 1_572_864],
  ["2g", 2e9],
  ["1GiB", 2 ** 30],
  ["1tb", 1e12],
  ["1TiB", 2 ** 40],
  [" 12 mb ", 12e6],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
];
for (const [text, bytes] of SIZES) {
  Deno.test(`parseBytes() reads "${text}" as ${bytes}`, () =>
    assert.equal(parseBytes(text), bytes));
}

const NOT_SIZES = ["", " ", "-1", "+1", "1e3", "0x10", "1.", ".5", "1 2", "1XB", "1kibi", "ten"];
const TOO_LARGE = ["9007199254740992", "9000000TB", "9".repeat(400)];
const OBJECT_KEYS = ["1constructor", "1toString", "1__proto__", "1hasOwnProperty"];
for (const text of [...NOT_SIZES, ...TOO_LARGE, ...OBJECT_KEYS]) {
  Deno.test(`parseBytes() throws RangeError for "${text.slice(0, 30)}"`, () => {
    assert.throws(() => parseBytes(text), RangeError);
  });
}

Deno.test("parseBytes() gives a whole number of bytes or throws RangeError for any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    try {
      assert.ok(Number.isSafeInteger(parseBytes(text)));
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
  }));
});

Deno.test("parseRate() takes a size with or without per second", () => {
  for (const text of ["10MB/s", "10MB", "10 MB /s", "10mb/S", "10MB/sec"]) {
    assert.equal(parseRate(text), 10e6, text);
  }
  assert.equal(parseRate("0"), 0);
});

Deno.test("parseRate() names a rate when it cannot read one", () => {
  assert.throws(() => parseRate("fast"), /Cannot read "fast" as a rate/);
  assert.throws(() => parseRate("10MB/h"), RangeError);
  assert.throws(() => parseRate("-1MB/s"), RangeError);
});

const SHOWN: readonly (readonly [number, string])[] = [
  [0, "0 B"],
  [1, "1 B"],
  [946, "946 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1140, "1.1 kB"],
  [9940, "9.9 kB"],
  [99_940, "99.9 kB"],
  [99_960, "100 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [812e6, "812 MB"],
  [Number.MAX_SAFE_INTEGER, "9.0 PB"],
];
for (const [bytes, text] of SHOWN) {
  Deno.test(`formatBytes() writes ${bytes} as "${text}"`, () => {
    assert.equal(formatBytes(bytes), text);
  });
}

Deno.test("formatBytes() never shows more than three digits", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => {
    const text = formatBytes(bytes);
    assert.match(text, /^\d[\d.]* [kMGTP]?B$/);
    assert.ok((text.match(/\d/g) ?? []).length <= 3, text);
  }));
});

Deno.test("formatRate() writes a size per second", () => {
  assert.equal(formatRate(12.4e6), "12.4 MB/s");
});

const DURATIONS: readonly (readonly [number, string])[] = [
  [0, "0.0 s"],
  [0.44, "0.4 s"],
  [9.94, "9.9 s"],
  [9.96, "10 s"],
  [46.4, "46 s"],
  [59.6, "1:00"],
  [187, "3:07"],
  [3599.6, "1:00:00"],
  [7387, "2:03:07"],
];
for (const [seconds, text] of DURATIONS) {
  Deno.test(`formatSeconds() writes ${seconds} as "${text}"`, () => {
    assert.equal(formatSeconds(seconds), text);
  });
}
