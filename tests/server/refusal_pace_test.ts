import assert from "node:assert/strict";
import { RefusalPace } from "#server/refusal_pace.ts";

Deno.test("RefusalPace gives ten refusals between two looks a line each, and counts the others", () => {
  const pace = new RefusalPace(0);
  const linesOf = (count: number): number =>
    Array.from({ length: count }, () => pace.note()).filter((hasLine) => hasLine).length;
  assert.equal(linesOf(10), 10);
  assert.equal(pace.look(1_000), 0);
  assert.equal(linesOf(25), 10);
  assert.equal(pace.look(2_000), 15);
  assert.equal(pace.look(3_000), 0);
});

Deno.test("RefusalPace lets a connection wait for as long as it got more than 1,000 refusals a second", async () => {
  const pace = new RefusalPace(0);
  for (let count = 0; count < 999; count++) pace.note();
  await pace.untilCalm();
  for (let count = 0; count < 2_001; count++) pace.note();
  let isCalm = false;
  const waiting = pace.untilCalm().then(() => {
    isCalm = true;
  });
  for (const nowMs of [1_000, 2_000]) {
    pace.look(nowMs);
    await Promise.resolve();
    await Promise.resolve();
    assert.ok(!isCalm, `at ${nowMs}`);
  }
  pace.look(2_001);
  await waiting;
});

Deno.test("RefusalPace lets nobody wait once the connection is closed", async () => {
  const pace = new RefusalPace(0);
  for (let count = 0; count < 5_000; count++) pace.note();
  const waiting = pace.untilCalm();
  pace.close();
  await waiting;
  await pace.untilCalm();
});
