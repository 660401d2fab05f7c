import assert from "node:assert/strict";
import { median, percentile, ratiosOf, spreadOf } from "#bench/statistics.ts";

Deno.test("median() gives the middle of an odd count and the mean of the middle two of an even one", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
  assert.equal(median([]), 0);
});

Deno.test("percentile() gives a number that is there, by the nearest rank", () => {
  const numbers = Array.from({ length: 500 }, (_, index) => index + 1);
  assert.equal(percentile(numbers, 0.99), 495);
  assert.equal(percentile(numbers, 0.5), 250);
  assert.equal(percentile(numbers, 0), 1);
  assert.equal(percentile(numbers, 1), 500);
});

Deno.test("spreadOf() gives the least and greatest beside the median, and changes nothing", () => {
  const numbers = Object.freeze([3, 1, 2]);
  assert.deepEqual(spreadOf(numbers), { median: 2, min: 1, max: 3 });
});

Deno.test("ratiosOf() divides round by round and stops with the shorter list", () => {
  assert.deepEqual(ratiosOf([2, 9, 5], [1, 3]), [2, 3]);
  assert.deepEqual(ratiosOf([], [1]), []);
});
