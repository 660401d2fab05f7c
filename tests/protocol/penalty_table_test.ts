import assert from "node:assert/strict";
import fc from "fast-check";
import { PenaltyTable } from "#protocol/penalty_table.ts";

const BOUNDS = { leastMs: 100, mostMs: 1000, names: 5 };

Deno.test("PenaltyTable refuses who has come to the least, until all of it is over", () => {
  const table = new PenaltyTable(BOUNDS);
  assert.equal(table.add("a", 60, 0), 0);
  assert.equal(table.restMs("a", 0), 0);
  assert.equal(table.add("a", 60, 0), 120);
  assert.deepEqual([table.restMs("a", 0), table.restMs("a", 119), table.restMs("a", 120)], [
    120,
    1,
    0,
  ]);
  assert.equal(table.size, 0, "what is over takes no room");
  assert.equal(table.restMs("b", 0), 0);
});

Deno.test("PenaltyTable forgets with time what is less than the least", () => {
  const table = new PenaltyTable(BOUNDS);
  for (let atMs = 0; atMs < 10_000; atMs += 60) assert.equal(table.add("a", 60, atMs), 0);
});

interface Step {
  readonly name: number;
  readonly costMs: number;
  readonly waitMs: number;
}

const STEPS: fc.Arbitrary<Step[]> = fc.array(fc.record({
  name: fc.integer({ min: 0, max: 9 }),
  costMs: fc.integer({ min: 1, max: 400 }),
  waitMs: fc.integer({ min: 0, max: 200 }),
}));

Deno.test("PenaltyTable is bounded in time and names, and never refuses who did nothing", () => {
  fc.assert(fc.property(STEPS, (steps) => {
    const table = new PenaltyTable(BOUNDS);
    let nowMs = 0;
    for (const { name, costMs, waitMs } of steps) {
      const restMs = table.add(`${name}`, costMs, nowMs);
      assert.ok(restMs <= BOUNDS.mostMs && table.size <= BOUNDS.names);
      assert.ok(restMs === 0 || restMs >= Math.min(costMs, BOUNDS.mostMs));
      assert.equal(table.restMs("nobody", nowMs), 0);
      nowMs += waitMs;
      assert.equal(table.restMs(`${name}`, nowMs), Math.max(0, restMs - waitMs));
    }
    for (let name = 0; name < 10; name++) {
      assert.equal(table.restMs(`${name}`, nowMs + BOUNDS.mostMs), 0);
    }
  }));
});

Deno.test("PenaltyTable never makes a penalty shorter by another offence", () => {
  fc.assert(fc.property(STEPS, (steps) => {
    const table = new PenaltyTable({ ...BOUNDS, names: 100 });
    let nowMs = 0;
    for (const { name, costMs, waitMs } of steps) {
      const before = table.restMs(`${name}`, nowMs);
      assert.ok(table.add(`${name}`, costMs, nowMs) >= before);
      nowMs += waitMs;
    }
  }));
});

Deno.test("PenaltyTable forgets who offended longest ago when it is full", () => {
  const table = new PenaltyTable(BOUNDS);
  for (const name of ["a", "b", "c", "d", "e"]) table.add(name, 500, 0);
  table.add("a", 1, 0);
  table.add("f", 500, 0);
  assert.deepEqual(["a", "b", "c", "f"].map((name) => table.restMs(name, 0) > 0), [
    true,
    false,
    true,
    true,
  ]);
});
