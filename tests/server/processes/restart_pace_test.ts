import assert from "node:assert/strict";
import { RestartPace } from "#server/processes/restart_pace.ts";

Deno.test("RestartPace waits ever longer, up to 30 s, and starts over for one that lived a while", () => {
  const pace = new RestartPace();
  const waits = Array.from({ length: 12 }, () => pace.next(10));
  assert.deepEqual(waits.slice(0, 4), [100, 200, 400, 800]);
  assert.deepEqual(waits.slice(-2), [30_000, 30_000]);
  assert.equal(pace.next(60_000), 100);
  assert.equal(pace.next(59_999), 200);
});
