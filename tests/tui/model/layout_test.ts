import assert from "node:assert/strict";
import fc from "fast-check";
import { layoutOf, pageTop, type Rect } from "#tui/model/layout.ts";
import type { Model, ViewName } from "#tui/model/model.ts";
import { DIALOGS, sampleModel, withDialog } from "#tests/tui/views/sample_models.ts";

const anySize = fc.record({
  columns: fc.integer({ min: 40, max: 250 }),
  rows: fc.integer({ min: 12, max: 100 }),
});
const anyFocus = fc.constantFrom<Model["focus"]>("local", "server", "transfers");

Deno.test("layoutOf() keeps every region inside the screen's borders", () => {
  fc.assert(fc.property(anySize, anyFocus, ({ columns, rows }, focus) => {
    const layout = layoutOf({ ...sampleModel(columns, rows), focus });
    const { panes, panel, transfers, history, server } = layout;
    const regions = [panes.local, panes.server, panel, transfers, history].flatMap(
      ({ header, list }) => [header, list],
    );
    for (
      const rect of [
        ...regions,
        server.list,
        server.settings,
        ...layout.tabs.map((tab) => tab.rect),
      ]
    ) {
      assert.ok(
        rect.column >= 1 && rect.column + rect.columns <= columns - 1,
        JSON.stringify(rect),
      );
      assert.ok(rect.row >= 1 && rect.row + rect.rows <= rows - 1, JSON.stringify(rect));
      assert.ok(rect.columns > 0 && rect.rows > 0, JSON.stringify(rect));
    }
  }));
});

Deno.test("layoutOf() gives each cell of the files to one region at most", () => {
  fc.assert(fc.property(anySize, anyFocus, ({ columns, rows }, focus) => {
    const layout = layoutOf({ ...sampleModel(columns, rows), focus });
    const { local, server } = layout.panes;
    const shown = [local, server, layout.panel].filter(({ isShown }) => isShown)
      .flatMap(({ header, list }) => [header, list]);
    for (const [index, one] of shown.entries()) {
      for (const other of shown.slice(index + 1)) assert.ok(!overlaps(one, other));
    }
  }));
});

Deno.test("layoutOf() keeps dialogs and their lists inside the screen", () => {
  fc.assert(
    fc.property(
      anySize,
      fc.constantFrom(...Object.values(DIALOGS)),
      ({ columns, rows }, dialog) => {
        const region = layoutOf(withDialog(sampleModel(columns, rows), dialog), 13).dialog;
        if (region === undefined) return;
        assert.ok(inside(region.rect, { column: 0, row: 0, columns, rows }));
        assert.ok(inside(region.list, region.rect));
      },
    ),
  );
});

Deno.test("layoutOf() shows one pane at a time below 80 columns", () => {
  const shown = (columns: number, focus: Model["focus"]): readonly boolean[] => {
    const { panes } = layoutOf({ ...sampleModel(columns, 24), focus });
    return [panes.local.isShown, panes.server.isShown];
  };
  assert.deepEqual(shown(80, "local"), [true, true]);
  assert.deepEqual(shown(79, "local"), [true, false]);
  assert.deepEqual(shown(79, "server"), [false, true]);
  assert.deepEqual(shown(79, "transfers"), [false, false]);
});

Deno.test("layoutOf() shows only what belongs to the open view", () => {
  for (const view of ["files", "transfers", "history", "server"] as readonly ViewName[]) {
    const layout = layoutOf({ ...sampleModel(100, 30), view });
    const shown = {
      files: layout.panel.isShown && layout.panes.local.isShown && layout.panes.server.isShown,
      transfers: layout.transfers.isShown,
      history: layout.history.isShown,
      server: layout.server.isShown,
    };
    const open = Object.entries(shown).filter(([, isShown]) => isShown).map(([name]) => name);
    assert.deepEqual(open, [view]);
  }
});

Deno.test("layoutOf() counts the transfers that have not ended on their tab", () => {
  assert.equal(layoutOf(sampleModel(120, 40)).tabs[1]?.label, "2 Transfers (13)");
});

Deno.test("layoutOf() is too small below 40 columns or 12 rows", () => {
  assert.ok(layoutOf(sampleModel(39, 12)).isTooSmall);
  assert.ok(layoutOf(sampleModel(40, 11)).isTooSmall);
  assert.ok(!layoutOf(sampleModel(40, 12)).isTooSmall);
});

Deno.test("pageTop() turns whole pages", () => {
  assert.deepEqual([0, 4, 5, 11].map((cursor) => pageTop(cursor, 5)), [0, 0, 5, 10]);
});

function overlaps(one: Rect, other: Rect): boolean {
  return one.column < other.column + other.columns && other.column < one.column + one.columns &&
    one.row < other.row + other.rows && other.row < one.row + one.rows;
}

function inside(inner: Rect, outer: Rect): boolean {
  return inner.column >= outer.column && inner.row >= outer.row &&
    inner.column + inner.columns <= outer.column + outer.columns &&
    inner.row + inner.rows <= outer.row + outer.rows;
}
