import assert from "node:assert/strict";
import { ReleasePace } from "#server/release_pace.ts";

Deno.test("ReleasePace.isDraining() is false until a worker has come free", () => {
  const pace = new ReleasePace();
  const waiter = {};
  pace.noteAsked(waiter);
  assert.equal(pace.isDraining(waiter), false);
});

Deno.test("ReleasePace.isDraining() is true when one has just come free and nobody waits for long", () => {
  const pace = new ReleasePace();
  const waiter = {};
  pace.noteAsked(waiter);
  pace.noteRelease();
  assert.equal(pace.isDraining(waiter), true);
  assert.equal(pace.isDraining(undefined), true);
});
