import assert from "node:assert/strict";
import fc from "fast-check";
import stringWidth from "string-width";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { BoardRow, BoardState } from "#client/cli/progress/board.ts";
import { boardLines } from "#client/cli/progress/board_lines.ts";
import { paintColor, paintNothing } from "#client/cli/progress/paint.ts";
import type { TransferState } from "#client/types.ts";
import { rowOf, stateOf } from "./board_states.ts";

const MANY: BoardState = stateOf([
  rowOf("video.mp4", { doneBytes: 42e6, totalBytes: 100e6 }, { rate: 12.4e6 }),
  rowOf("写真 🎉.jpg", { doneBytes: 999_950, totalBytes: 1e6 }, { rate: 80_000 }),
  rowOf("a very long name of a file that nobody would type.tar.gz", {
    doneBytes: 10,
    totalBytes: 3e12,
  }, { rate: 1_000 }),
  rowOf("waits.bin", { state: "waiting", totalBytes: 10 }),
  rowOf("queue.bin", { state: "queued", queuePosition: 3, totalBytes: 10 }),
  rowOf("check.bin", { state: "checking", doneBytes: 5e6, totalBytes: 10e6 }),
  rowOf("retry.bin", {
    state: "retrying",
    doneBytes: 5e6,
    totalBytes: 10e6,
    reason: new SluiceError("unreachable", "Cannot reach 127.0.0.1:9999: connection refused"),
  }, { retryAtMs: 3_400 }),
  rowOf("evil\x1b[2Jname\n", { state: "finishing", doneBytes: 7, totalBytes: 7 }),
], { files: 12, endedFiles: 4, failedFiles: 1, rate: 13e6, isCounting: true });

for (const columns of [120, 80, 60, 40, 20]) {
  Deno.test(`boardLines() shows every state at ${columns} columns`, async (t) => {
    await t.assertSnapshot(draw(MANY, columns).join("\n"));
  });
}

Deno.test("boardLines() shows one file without a total", () => {
  const lines = draw(stateOf([rowOf("a.bin", { doneBytes: 5, totalBytes: 10 })]), 80);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^a\.bin +█+░+ +50% +5 B \/ 10 B$/);
});

Deno.test("boardLines() shows as many files as fit, and always the total", () => {
  const rows = Array.from({ length: 50 }, (_, index) => rowOf(`f${index}`, { totalBytes: 1 }));
  const lines = draw(stateOf(rows), 80, 10);
  assert.equal(lines.length, 9);
  assert.match(lines.at(-1) ?? "", /^0\/50 files /);
});

Deno.test("boardLines() says 100% only when all is there", () => {
  const [line] = draw(stateOf([rowOf("a", { doneBytes: 99_999_999, totalBytes: 1e8 })]), 80);
  assert.match(line ?? "", / 99%/);
});

Deno.test("boardLines() colours only when it is told to", () => {
  const layout = { columns: 80, rows: 24, measure: stringWidth };
  // deno-lint-ignore no-control-regex -- this is about control characters
  const escapes = /\x1b/;
  assert.match(boardLines(MANY, { ...layout, paint: paintColor }).join(""), escapes);
  assert.doesNotMatch(boardLines(MANY, { ...layout, paint: paintNothing }).join(""), escapes);
});

Deno.test("boardLines() never fills the last column and never takes all rows", () => {
  fc.assert(fc.property(states(), sizes(), sizes(), (state, columns, rows) => {
    const lines = draw(state, columns, rows);
    assert.ok(lines.length <= Math.max(1, rows - 1), `${lines.length} lines in ${rows} rows`);
    for (const line of lines) {
      assert.ok(stringWidth(line) <= Math.max(1, columns - 1), `${columns} columns: ${line}`);
    }
  }));
});

Deno.test("boardLines() aligns the figures of all rows", () => {
  fc.assert(fc.property(states("moving"), fc.integer({ min: 60, max: 200 }), (state, columns) => {
    const ends = draw(state, columns, 100).map((line) => {
      const percent = /^(.*?\d+%) {2}/.exec(line)?.[1];
      return percent === undefined ? -1 : stringWidth(percent);
    });
    assert.equal(new Set(ends).size, 1, ends.join());
  }));
});

function draw(state: BoardState, columns: number, rows = 24): readonly string[] {
  return boardLines(state, { columns, rows, measure: stringWidth, paint: paintNothing });
}

function sizes(): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: 200 });
}

function states(only?: TransferState): fc.Arbitrary<BoardState> {
  const state = only === undefined
    ? fc.constantFrom<TransferState>("moving", "waiting", "queued", "checking", "retrying")
    : fc.constant(only);
  const row: fc.Arbitrary<BoardRow> = fc.record({
    // No digit and percent sign, which the alignment test looks for.
    name: fc.array(fc.constantFrom("a", "日", "🎉", "e\u0301", "\n", "-"), { maxLength: 60 }),
    state,
    doneBytes: fc.nat(2 ** 31 - 1),
    totalBytes: fc.nat(2 ** 31 - 1),
    rate: fc.option(fc.nat(2 ** 31 - 1), { nil: undefined }),
  }).map(({ name, rate, ...progress }) => rowOf(name.join(""), progress, { rate }));
  return fc.array(row, { minLength: 1, maxLength: 30 }).map((rows) => stateOf(rows));
}
