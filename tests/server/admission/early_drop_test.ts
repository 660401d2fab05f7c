import assert from "node:assert/strict";
import fc from "fast-check";
import { defaultStartups, dropChance, parseStartups } from "#server/admission/early_drop.ts";

Deno.test("dropChance() is nothing before the start, the rate there, and one when full", () => {
  const limits = { start: 10, ratePercent: 30, full: 100 };
  const chances = [0, 9, 10, 55, 99, 100, 1000].map((count) => dropChance(count, limits));
  assert.deepEqual(chances.map((chance) => Math.round(chance * 100)), [0, 0, 30, 65, 99, 100, 100]);
});

Deno.test("dropChance() is a chance, and no less for more connections", () => {
  const some = fc.record({
    start: fc.integer({ min: 1, max: 1000 }),
    ratePercent: fc.integer({ min: 0, max: 100 }),
    more: fc.integer({ min: 0, max: 1000 }),
    count: fc.integer({ min: 0, max: 3000 }),
  });
  fc.assert(fc.property(some, ({ start, ratePercent, more, count }) => {
    const limits = { start, ratePercent, full: start + more };
    const [less, chance] = [dropChance(count, limits), dropChance(count + 1, limits)];
    assert.ok(less >= 0 && less <= chance && chance <= 1);
  }));
});

Deno.test("defaultStartups() leaves half of a server to those who have said hello, also of the smallest", () => {
  assert.deepEqual(defaultStartups(1024), { start: 256, ratePercent: 30, full: 512 });
  for (let count = 1; count < 100; count++) {
    const limits = defaultStartups(count);
    assert.ok(limits.full >= limits.start && limits.start >= 1);
    assert.equal(dropChance(0, limits), 0);
  }
});

Deno.test("parseStartups() reads start:percent:full, or one number for both ends", () => {
  assert.deepEqual(parseStartups("10:30:100"), { start: 10, ratePercent: 30, full: 100 });
  assert.deepEqual(parseStartups(" 7 "), { start: 7, ratePercent: 100, full: 7 });
  for (const text of ["", "0", "10:30", "10:101:20", "10:30:9", "a:b:c", "1:2:3:4", "-1:2:3"]) {
    assert.throws(() => parseStartups(text), RangeError, text);
  }
});
