import assert from "node:assert/strict";
import fc from "fast-check";
import { parseNumberRanges } from "#client/cli/prompt/number_ranges.ts";

Deno.test("parseNumberRanges() reads numbers, ranges and all of them", () => {
  assert.deepEqual(parseNumberRanges("1,3-5", 6), [1, 3, 4, 5]);
  assert.deepEqual(parseNumberRanges(" 5 - 6 2 ", 6), [2, 5, 6]);
  assert.deepEqual(parseNumberRanges("2,2,1-2", 6), [1, 2]);
  assert.deepEqual(parseNumberRanges("ALL", 3), [1, 2, 3]);
  assert.deepEqual(parseNumberRanges("*", 2), [1, 2]);
});

Deno.test("parseNumberRanges() refuses what is no choice", () => {
  for (const text of ["", " ", ",", "0", "7", "3-2", "1-7", "a", "1-", "-1", "1.5", "1 all"]) {
    assert.equal(parseNumberRanges(text, 6), undefined, text);
  }
});

Deno.test("parseNumberRanges() does not count to a billion", () => {
  assert.equal(parseNumberRanges("1-999999999", 10), undefined);
});

Deno.test("parseNumberRanges() reads back any choice that is written as ranges", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (set) => {
      const sorted = [...set].sort((a, b) => a - b);
      assert.deepEqual(parseNumberRanges(asRanges(sorted), 60), sorted);
      assert.deepEqual(parseNumberRanges(set.join(", "), 60), sorted);
    }),
  );
});

Deno.test("parseNumberRanges() survives garbage, and what it returns is always in bounds", () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: 0, max: 50 }), (text, count) => {
    for (const number of parseNumberRanges(text, count) ?? []) {
      assert.ok(number >= 1 && number <= count);
    }
  }));
});

function asRanges(sorted: readonly number[]): string {
  const parts: string[] = [];
  for (let first = 0; first < sorted.length;) {
    let last = first;
    while (sorted[last + 1] === (sorted[last] ?? 0) + 1) last++;
    parts.push(first === last ? `${sorted[first]}` : `${sorted[first]}-${sorted[last]}`);
    first = last + 1;
  }
  return parts.join(",");
}
