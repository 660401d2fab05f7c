import assert from "node:assert/strict";
import { Board } from "#client/cli/progress/board.ts";
import { RateMeter } from "#client/cli/progress/rate_meter.ts";
import { progressOf } from "./board_states.ts";

Deno.test("RateMeter measures bytes per second over the last seconds", () => {
  const meter = new RateMeter();
  assert.equal(meter.rate(0), undefined);
  meter.add(0, 0);
  assert.equal(meter.rate(100), undefined, "too early to tell");
  for (let ms = 100; ms <= 10_000; ms += 50) meter.add(ms, ms * 2);
  assert.ok(Math.abs((meter.rate(10_000) ?? 0) - 2_000) < 50);
  for (let ms = 10_050; ms <= 20_000; ms += 50) meter.add(ms, 20_000 + (ms - 10_000));
  assert.ok(Math.abs((meter.rate(20_000) ?? 0) - 1_000) < 50);
});

Deno.test("RateMeter falls while nothing comes", () => {
  const meter = new RateMeter();
  meter.add(0, 0);
  meter.add(1_000, 1_000_000);
  assert.ok((meter.rate(10_000) ?? 0) <= 100_000);
});

Deno.test("Board adds up files, bytes and failures", () => {
  const board = new Board();
  board.plan(100);
  board.plan(300);
  board.start(1, "a", "upload", 100);
  board.update(1, progressOf({ doneBytes: 40, totalBytes: 100 }), 10);
  assert.equal(board.state(20).total.doneBytes, 40);
  board.end(1, "finished");
  board.start(2, "b", "upload", 300);
  board.end(2, "failed");
  board.failUnstarted();
  board.planned();
  assert.deepEqual(board.state(30).total, {
    files: 3,
    isCounting: false,
    endedFiles: 3,
    failedFiles: 2,
    doneBytes: 400,
    totalBytes: 400,
    rate: undefined,
  });
});

Deno.test("Board learns sizes that were not known before the transfer", () => {
  const board = new Board();
  board.plan(0);
  board.start(1, "a", "download", 0);
  board.update(1, progressOf({ doneBytes: 5, totalBytes: 50 }), 10);
  assert.equal(board.state(10).total.totalBytes, 50);
});

Deno.test("Board does not count resumed bytes as moved", () => {
  const board = new Board();
  board.plan(1_000);
  board.start(1, "a", "upload", 1_000);
  const resumed = { totalBytes: 1_000, resumedFromBytes: 900 };
  board.update(1, progressOf({ ...resumed, doneBytes: 900 }), 0);
  board.update(1, progressOf({ ...resumed, doneBytes: 950 }), 1_000);
  assert.equal(board.state(1_000).rows[0]?.rate, 50);
});

Deno.test("Board ignores what comes after a transfer's end", () => {
  const board = new Board();
  board.update(7, progressOf({}), 0);
  board.end(7, "finished");
  assert.equal(board.state(0).total.endedFiles, 0);
});
