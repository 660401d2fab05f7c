import assert from "node:assert/strict";
import { fallenFigures } from "#bench/baseline.ts";

Deno.test("fallenFigures() names figures under half of their baseline, and no others", () => {
  const baseline = { upload: 0.8, download: 0.8, list: 0.4 };
  const figures = [
    { name: "upload", ratio: 0.4 },
    { name: "download", ratio: 0.39 },
    { name: "list", ratio: 2 },
  ];
  assert.deepEqual(fallenFigures(figures, baseline), [
    "download: 0.390 is under half of the committed 0.800",
  ]);
});

Deno.test("fallenFigures() takes neither an unknown figure nor one that is no number for good", () => {
  const figures = [{ name: "new", ratio: 1 }, { name: "upload", ratio: Number.NaN }];
  assert.equal(fallenFigures(figures, { upload: 0.8 }).length, 2);
});
