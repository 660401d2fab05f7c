import assert from "node:assert/strict";
import fc from "fast-check";
import { createElement } from "react";
import { renderToString } from "ink";
import { App } from "#tui/views/app.tsx";
import { screenLines } from "#tui/views/screen_lines.ts";
import { anyModel } from "./random_models.ts";
import { NOW_MS, sampleModel } from "./sample_models.ts";
import { assertFillsScreen, withoutLooks } from "./screen_checks.ts";

// deno-lint-ignore no-control-regex -- Select Graphic Rendition begins with ESC (ECMA-48 §8.3.117)
const COLOR = /\x1b\[[0-9;]*\b(3\d|4\d|9\d|10\d)[0-9;]*m/;

Deno.test("screenLines() fills the screen exactly and lets nothing through, whatever the names", () => {
  fc.assert(
    fc.property(anyModel, fc.boolean(), (model, color) => {
      assertFillsScreen(screenLines(model, { color }), model.columns, model.rows);
    }),
    { numRuns: 400 },
  );
});

Deno.test("screenLines() uses no colour when there shall be none", () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      assert.doesNotMatch(screenLines(model, { color: false }).join("\n"), COLOR);
    }),
    { numRuns: 50 },
  );
  assert.match(screenLines(sampleModel(80, 24), { color: true }).join("\n"), COLOR);
});

Deno.test("screenLines() says with and without colours the same", () => {
  const words = (color: boolean): readonly string[] =>
    // The open view is in brackets where it cannot have a colour.
    screenLines(sampleModel(120, 40), { color }).map(withoutLooks)
      .map((line) => line.replace("[1 Files]", " 1 Files "));
  assert.deepEqual(words(true), words(false));
});

Deno.test("screenLines() reads only the rows in sight of a list of 20,000", () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => ({
    name: `file ${index}`,
    kind: "file" as const,
    sizeBytes: index,
    modifiedAtMs: NOW_MS,
  }));
  let reads = 0;
  const counted = new Proxy(rows, {
    get(target, key): unknown {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key);
    },
  });
  const model = sampleModel(120, 40);
  const local = {
    ...model.panes.local,
    entries: counted,
    rows: counted,
    top: 9_000,
    cursor: 9_001,
  };
  const lines = screenLines({ ...model, panes: { ...model.panes, local } }, { color: false });
  assert.match(withoutLooks(lines[3] ?? ""), /file 9000/);
  assert.match(withoutLooks(lines[2] ?? ""), /9,002 of 20,000/);
  assert.ok(reads < 100, `${reads} rows were read`);
});

Deno.test("App() hands ink's terminal the very lines of screenLines()", () => {
  for (const color of [true, false]) {
    const model = sampleModel(100, 30);
    const text = renderToString(createElement(App, { model, style: { color } }), { columns: 100 });
    assert.deepEqual(
      text.split("\n").map(withoutLooks),
      screenLines(model, { color }).map(withoutLooks),
    );
    assert.equal(COLOR.test(text), color);
  }
});
