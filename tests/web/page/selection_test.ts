import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clickRow,
  keepPresent,
  moveActive,
  NO_SELECTION,
  selectAll,
  toggleRow,
} from "#web/page/state/selection.js";

const ORDER = ["a", "b", "c", "d", "e"];

Deno.test("clickRow() with Shift selects from the anchor, in either direction", () => {
  const first = clickRow(NO_SELECTION, ORDER, "c");
  const down = clickRow(first, ORDER, "e", { isRange: true });
  const up = clickRow(down, ORDER, "a", { isRange: true });
  assert.deepEqual([[...down.keys], [...up.keys]], [["c", "d", "e"], ["a", "b", "c"]]);
});

Deno.test("toggleRow() adds and takes away one row", () => {
  const two = toggleRow(toggleRow(NO_SELECTION, "a"), "c");
  assert.deepEqual([...two.keys], ["a", "c"]);
  assert.deepEqual([...toggleRow(two, "a").keys], ["c"]);
});

Deno.test("moveActive() starts at the top, stops at both ends and can keep the selection", () => {
  const first = moveActive(NO_SELECTION, ORDER, 1);
  assert.equal(first.active, "a");
  assert.equal(moveActive(first, ORDER, -1).active, "a");
  assert.equal(moveActive(first, ORDER, Number.POSITIVE_INFINITY).active, "e");
  const kept = moveActive(first, ORDER, 2, { isKept: true });
  assert.deepEqual([kept.active, [...kept.keys]], ["c", ["a"]]);
  assert.equal(moveActive(first, [], 1), NO_SELECTION);
});

Deno.test("keepPresent() forgets rows that are gone and stands at the same height", () => {
  const all = selectAll(clickRow(NO_SELECTION, ORDER, "c"), ORDER);
  const after = keepPresent(all, ORDER, ["a", "b", "d", "e"]);
  assert.deepEqual([[...after.keys], after.active, after.anchor], [
    ["a", "b", "d", "e"],
    "d",
    null,
  ]);
  assert.equal(keepPresent(all, ORDER, []).active, null);
});

Deno.test("no way of moving and clicking selects or stands on what is not there", () => {
  const step = fc.record({
    key: fc.constantFrom(...ORDER),
    delta: fc.integer({ min: -9, max: 9 }),
    isRange: fc.boolean(),
    isToggle: fc.boolean(),
    isKept: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step), (steps) => {
    let selection = NO_SELECTION;
    for (const { key, delta, ...how } of steps) {
      selection = delta % 2 === 0
        ? clickRow(selection, ORDER, key, how)
        : moveActive(selection, ORDER, delta, how);
      for (const one of [...selection.keys, selection.active]) {
        assert.ok(one === null || ORDER.includes(one));
      }
    }
  }));
});
