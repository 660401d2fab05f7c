import assert from "node:assert/strict";
import { ReleasePace } from "#server/release_pace.ts";

Deno.test("ReleasePace.isDraining() is false until a worker has come free", () => {
  const pace = new ReleasePace(4, 100_000);
  const waiter = {};
  pace.noteAsked(waiter);
  assert.equal(pace.isDraining(waiter), false);
});

Deno.test("ReleasePace.isDraining() is true when one has just come free and nobody waits for long", () => {
  const pace = new ReleasePace(4, 100_000);
  const waiter = {};
  pace.noteAsked(waiter);
  pace.noteRelease();
  assert.equal(pace.isDraining(waiter), true);
  assert.equal(pace.isDraining(undefined), true);
});

Deno.test("ReleasePace.admits() lets a few be served at once, and more only while none comes free", () => {
  const pace = new ReleasePace(2, 100_000);
  const waiter = {};
  pace.noteAsked(waiter);
  assert.equal(pace.admits(1, waiter), true);
  pace.noteRelease();
  assert.equal(pace.admits(2, waiter), false);
});

Deno.test("ReleasePace.admits() lets one more be served when none has come free, then pauses", () => {
  const pace = new ReleasePace(2, 100_000);
  const waiter = {};
  pace.noteAsked(waiter);
  assert.equal(pace.admits(2, waiter), true);
  assert.equal(pace.admits(3, waiter), false);
});

Deno.test("ReleasePace.admits() has room beside those who are served for long once nobody waits", () => {
  const pace = new ReleasePace(2, 100_000);
  const waiter = {};
  pace.noteAsked(waiter);
  pace.noteCalm(10);
  pace.noteRelease();
  assert.equal(pace.admits(11, waiter), true);
  assert.equal(pace.admits(12, waiter), false);
});
