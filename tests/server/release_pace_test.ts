import assert from "node:assert/strict";
import { ReleasePace } from "#server/release_pace.ts";

/** No test takes this long. */
const LONG_MS = 100_000;

Deno.test("ReleasePace.isDraining() is false until a worker has come free", () => {
  assert.equal(new ReleasePace(4, LONG_MS).isDraining(1), false);
});

Deno.test("ReleasePace.isDraining() is true when one has just come free and few wait", () => {
  const pace = new ReleasePace(4, LONG_MS);
  for (let release = 0; release < 100; release++) pace.noteRelease();
  assert.equal(pace.isDraining(1), true);
});

Deno.test("ReleasePace.isDraining() is false when the queue is too long for its pace", () => {
  const pace = new ReleasePace(4, LONG_MS);
  pace.noteRelease();
  assert.equal(pace.isDraining(1000), false);
});

Deno.test("ReleasePace.admits() lets a few be served at once, and more only while none comes free", () => {
  const pace = new ReleasePace(2, LONG_MS);
  assert.equal(pace.admits(1, 1), true);
  for (let release = 0; release < 100; release++) pace.noteRelease();
  assert.equal(pace.admits(2, 1), false);
});

Deno.test("ReleasePace.admits() lets one more be served when none has come free, then pauses", () => {
  const pace = new ReleasePace(2, LONG_MS);
  assert.equal(pace.admits(2, 1), true);
  assert.equal(pace.admits(3, 1000), false);
});

Deno.test("ReleasePace.admits() has room beside those who are served for long once nobody waits", () => {
  const pace = new ReleasePace(2, LONG_MS);
  pace.noteCalm(10);
  for (let release = 0; release < 100; release++) pace.noteRelease();
  assert.equal(pace.admits(11, 1), true);
  assert.equal(pace.admits(12, 1), false);
});

Deno.test("ReleasePace.isDraining() is true for as long as it was told, by the clock that it was given", () => {
  let nowMs = 1_000;
  const pace = new ReleasePace(4, 250, () => nowMs);
  pace.noteRelease();
  nowMs += 249;
  assert.equal(pace.isDraining(1), true);
  nowMs += 1;
  assert.equal(pace.isDraining(1), false);
});

Deno.test("ReleasePace.isDraining() stays true for a long queue when the cores are what is slow", () => {
  const pace = new ReleasePace(4, LONG_MS);
  pace.noteRelease();
  pace.noteWake(100);
  assert.equal(pace.isDraining(1000), true);
  pace.noteWake(1);
  assert.equal(pace.isDraining(1000), false);
});
