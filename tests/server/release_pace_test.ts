import assert from "node:assert/strict";
import { type HopeMs, ReleasePace } from "#server/release_pace.ts";

/** No test takes this long. */
const LONG: HopeMs = { idle: 100_000, busy: 100_000 };

Deno.test("ReleasePace.isDraining() is false until a worker has come free", () => {
  assert.equal(new ReleasePace(4, LONG).isDraining(1), false);
});

Deno.test("ReleasePace.isDraining() is true when one has just come free and few wait", () => {
  const pace = new ReleasePace(4, LONG);
  for (let release = 0; release < 100; release++) pace.noteRelease();
  assert.equal(pace.isDraining(1), true);
});

Deno.test("ReleasePace.isDraining() is false when the queue is too long for its pace", () => {
  const pace = new ReleasePace(4, LONG);
  pace.noteRelease();
  assert.equal(pace.isDraining(1000), false);
});

Deno.test("ReleasePace.admits() lets a few be served at once, and more only while none comes free", () => {
  const pace = new ReleasePace(2, LONG);
  assert.equal(pace.admits(1, 1), true);
  for (let release = 0; release < 100; release++) pace.noteRelease();
  assert.equal(pace.admits(2, 1), false);
});

Deno.test("ReleasePace.admits() lets one more be served when none has come free, then pauses", () => {
  const pace = new ReleasePace(2, LONG);
  assert.equal(pace.admits(2, 1), true);
  assert.equal(pace.admits(3, 1000), false);
});

Deno.test("ReleasePace.admits() has room beside those who are served for long once nobody waits", () => {
  const pace = new ReleasePace(2, LONG);
  pace.noteCalm(10);
  for (let release = 0; release < 100; release++) pace.noteRelease();
  assert.equal(pace.admits(11, 1), true);
  assert.equal(pace.admits(12, 1), false);
});

Deno.test("ReleasePace.isDraining() is true for as long as it was told, by the clock that it was given", () => {
  let nowMs = 1_000;
  const pace = new ReleasePace(4, { idle: 100, busy: 1_000 }, () => nowMs);
  pace.noteRelease();
  nowMs += 99;
  assert.equal(pace.isDraining(1), true);
  nowMs += 1;
  assert.equal(pace.isDraining(1), false);
});

Deno.test("ReleasePace.isDraining() hopes for longer while this process keeps the cores busy, or others do", () => {
  let nowMs = 1_000;
  const pace = new ReleasePace(4, { idle: 100, busy: 1_000 }, () => nowMs);
  const answers = [[0, 0.5], [100, 0], [0, 0.01]].map(([lateMs = 0, usedShare = 0]) => {
    pace.noteRelease();
    pace.noteLoad(lateMs, usedShare);
    nowMs += 999;
    const isDraining = pace.isDraining(1);
    nowMs += 1;
    return [isDraining, pace.isDraining(1)];
  });
  assert.deepEqual(answers, [[true, false], [true, false], [false, false]]);
});

Deno.test("ReleasePace.admits() hopes for the first that come free when a queue begins", () => {
  let nowMs = 1_000;
  const pace = new ReleasePace(2, { idle: 100, busy: 1_000 }, () => nowMs);
  pace.noteQueue();
  assert.equal(pace.admits(2, 1), false);
  nowMs += 100;
  assert.equal(pace.admits(2, 1), true);
});

Deno.test("ReleasePace.isDraining() stays true for a long queue when the cores are what is slow", () => {
  const pace = new ReleasePace(4, LONG);
  pace.noteRelease();
  pace.noteLoad(100, 0);
  assert.equal(pace.isDraining(1000), true);
  pace.noteLoad(1, 0);
  assert.equal(pace.isDraining(1000), false);
});
