import assert from "node:assert/strict";
import { parseDuration } from "#protocol/duration.ts";

Deno.test("parseDuration() reads days, hours, minutes and seconds", () => {
  assert.equal(parseDuration("7d"), 604_800_000);
  assert.equal(parseDuration("12h"), 43_200_000);
  assert.equal(parseDuration(" 30 M "), 1_800_000);
  assert.equal(parseDuration("1.5s"), 1_500);
  assert.equal(parseDuration("0"), 0);
});

Deno.test("parseDuration() refuses what has no unit, no number, or is too long", () => {
  for (const text of ["7", "", "d", "7w", "-1d", "7d12h", "1e3s", "9".repeat(20) + "d"]) {
    assert.throws(() => parseDuration(text), RangeError, text);
  }
});
