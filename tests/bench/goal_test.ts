import assert from "node:assert/strict";
import { type Contender, isMet, plainGoal, ratioGoal } from "#bench/peers/goal.ts";

const RACE: readonly Contender[] = [
  { name: "Sluice", values: [120, 300, 90] },
  { name: "rsync", values: [100, 150, 100] },
  { name: "nginx", values: [], missing: "not installed: nginx" },
];

Deno.test("ratioGoal() takes the median of each round's ratio, not the ratio of medians", () => {
  const goal = ratioGoal(RACE, "rsync", 1.2);
  assert.deepEqual(goal.measured, { median: 1.2, min: 0.9, max: 2 });
  assert.equal(isMet(goal), true);
});

Deno.test("ratioGoal() says why a peer was not measured", () => {
  const goal = ratioGoal(RACE, "nginx", 1);
  assert.deepEqual([goal.measured, goal.why], [undefined, "not installed: nginx"]);
  assert.equal(isMet(goal), undefined);
});

Deno.test("isMet() counts the bound itself as reached, on both sides", () => {
  assert.equal(isMet(plainGoal("loss", " %", { atMost: 20 }, [20])), true);
  assert.equal(isMet(plainGoal("loss", " %", { atMost: 20 }, [20.1])), false);
  assert.equal(isMet(plainGoal("rate", "x", { atLeast: 0.9 }, [0.9])), true);
  assert.equal(isMet(plainGoal("rate", "x", { atLeast: 0.9 }, [0.89])), false);
});

Deno.test("isMet() judges nothing that is no number", () => {
  assert.equal(isMet(plainGoal("memory", " MB", { atMost: 200 }, [Number.NaN])), undefined);
  assert.equal(isMet(plainGoal("memory", " MB", { atMost: 200 }, [])), undefined);
});
