import assert from "node:assert/strict";
import fc from "fast-check";
import { rowWindow, scrollToShow } from "#web/page/state/row_window.js";
import { arrangeRows, rememberArrangement } from "#web/page/state/visible_rows.js";
import type { Row, Sort } from "#web/page/types.js";

const BY_NAME: Sort = { key: "name", isDescending: false };

Deno.test("arrangeRows() puts folders first and counts numbers as people do", () => {
  const rows = [row("b 10"), row("b 9"), row("Z", "folder"), row("a")];
  assert.deepEqual(names(arrangeRows(rows, "", BY_NAME)), ["Z", "a", "b 9", "b 10"]);
  const turned = arrangeRows(rows, "", { key: "name", isDescending: true });
  assert.deepEqual(names(turned), ["Z", "b 10", "b 9", "a"]);
});

Deno.test("arrangeRows() sorts by size and time, and settles ties by name", () => {
  const rows = [row("b", "file", 1), row("a", "file", 1), row("c", "file", 5)];
  const sorted = arrangeRows(rows, "", { key: "size", isDescending: true });
  assert.deepEqual(names(sorted), ["c", "a", "b"]);
});

Deno.test("arrangeRows() keeps names that hold every word, in any case", () => {
  const rows = [row("Trip to Oslo.jpg"), row("oslo.txt"), row("Trip.txt")];
  assert.deepEqual(names(arrangeRows(rows, "OSLO trip", BY_NAME)), ["Trip to Oslo.jpg"]);
});

Deno.test("rememberArrangement() sorts again only when something changed", () => {
  const arrange = rememberArrangement();
  const rows = [row("b"), row("a")];
  const first = arrange(rows, "", BY_NAME);
  assert.equal(arrange(rows, "", BY_NAME), first);
  assert.notEqual(arrange(rows, "a", BY_NAME), first);
});

Deno.test("rowWindow() holds every row in view, and few others", () => {
  const list = fc.record({
    count: fc.nat(100_000),
    rowHeight: fc.integer({ min: 20, max: 80 }),
    scrollTop: fc.integer({ min: -200, max: 9_000_000 }),
    viewHeight: fc.nat(3000),
  });
  fc.assert(fc.property(list, (one) => {
    const { first, end } = rowWindow(one);
    assert.ok(first >= 0 && end <= one.count);
    assert.ok(end - first <= one.viewHeight / one.rowHeight + 20);
    const top = Math.floor(Math.max(0, one.scrollTop) / one.rowHeight);
    for (
      let at = top;
      at * one.rowHeight < one.scrollTop + one.viewHeight && at < one.count;
      at += 1
    ) {
      assert.ok(at >= first && at < end, `row ${at} of ${first} to ${end}`);
    }
  }));
});

Deno.test("scrollToShow() moves no more than it must", () => {
  const list = { rowHeight: 40, scrollTop: 400, viewHeight: 440, headHeight: 40 };
  assert.equal(scrollToShow(12, list), 400);
  assert.equal(scrollToShow(3, list), 120);
  assert.equal(scrollToShow(25, list), 640);
});

function row(name: string, kind: Row["kind"] = "file", sizeBytes = 0): Row {
  return { key: name, name, path: name, kind, sizeBytes, timeMs: 0 };
}

function names(rows: readonly Row[]): string[] {
  return rows.map((one) => one.name);
}
