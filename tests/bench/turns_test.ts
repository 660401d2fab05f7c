import assert from "node:assert/strict";
import fc from "fast-check";
import { turnsOf } from "#bench/peers/turns.ts";

Deno.test("turnsOf() gives each racer one turn in a round, and each place once in as many rounds", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(100), (count, start) => {
    const all = Array.from({ length: count }, (_, index) => index);
    const rounds = all.map((round) => turnsOf(start * count + round, count));
    for (const turns of rounds) assert.deepEqual(turns.toSorted((a, b) => a - b), all);
    for (const place of all) {
      assert.deepEqual(rounds.map((turns) => turns[place] ?? -1).toSorted((a, b) => a - b), all);
    }
  }));
});

Deno.test("turnsOf() lets each racer follow each other one equally often", () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 12 }), (count) => {
    const rounds = count % 2 === 0 ? count : 2 * count;
    const followed = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      const turns = turnsOf(round, count);
      turns.slice(1).forEach((racer, before) => {
        const pair = `${turns[before]} ${racer}`;
        followed.set(pair, (followed.get(pair) ?? 0) + 1);
      });
    }
    assert.equal(followed.size, count * (count - 1));
    assert.equal(new Set(followed.values()).size, 1);
  }));
});
