import assert from "node:assert/strict";
import { plainGoal, ratioGoal, type RowResult } from "#bench/peers/goal.ts";
import {
  BEGIN_MARK,
  END_MARK,
  formatFigure,
  insertReport,
  writeReport,
} from "#bench/peers/report.ts";

const HEAD = { machine: ["2 cores"], rounds: 5, command: "bench", day: "2026-01-31" };
const CONTENDERS = [
  { name: "Sluice", values: [100, 110], cost: [{ client: 1, server: 2 }], remark: "verified" },
  { name: "rsync", values: [], missing: "not installed: rsync" },
];
const ROW: RowResult = {
  id: "download",
  title: "download",
  unit: "MB/s",
  contenders: CONTENDERS,
  goals: [
    ratioGoal(CONTENDERS, "rsync", 1.2),
    plainGoal("memory", " MB", { atMost: 200 }, [123.4]),
    plainGoal("loss", " %", { atMost: 20 }, [10, 30, 50]),
  ],
  remarks: ["A remark.", ""],
};

Deno.test("writeReport() shows each goal, what was measured and whether it is met", () => {
  const report = writeReport(HEAD, [ROW]);
  const lines = report.split("\n");
  assert.ok(
    lines.includes(
      "| download | times rsync: not installed: rsync | at least 1.2 times | not measured |",
    ),
  );
  assert.ok(lines.includes("| download | memory: 123 MB | at most 200 MB | yes |"));
  assert.ok(lines.includes("| download | loss: 30.0 % (10.0 to 50.0) | at most 20 % | **no** |"));
  assert.ok(lines.includes("A remark."));
});

Deno.test("writeReport() gives all lines of a table the same number of cells", () => {
  const lines = writeReport(HEAD, [ROW]).split("\n");
  const from = lines.findIndex((line) => line.startsWith("| | MB/s"));
  const table = lines.slice(from, from + 4);
  assert.deepEqual(table.map((line) => line.split("|").length), [7, 7, 7, 7]);
  assert.match(
    table[2] ?? "",
    /^\| Sluice \| 105 \(100 to 110\) \| 1\.00 \| 2\.00 \| verified \|$/,
  );
});

Deno.test("insertReport() replaces what it wrote before and leaves the rest alone", () => {
  const page = `# Speed\n\n${BEGIN_MARK}\nold\n${END_MARK}\n\n## Profile\n`;
  const once = insertReport(page, "new\n");
  assert.equal(once, `# Speed\n\n${BEGIN_MARK}\nnew\n${END_MARK}\n\n## Profile\n`);
  assert.equal(insertReport(once, "new"), once);
});

Deno.test("insertReport() appends to a page without marks and refuses one with half of them", () => {
  assert.equal(insertReport("# Speed\n", "new"), `# Speed\n\n${BEGIN_MARK}\nnew\n${END_MARK}\n`);
  assert.equal(insertReport("", "new"), `${BEGIN_MARK}\nnew\n${END_MARK}\n`);
  assert.throws(() => insertReport(`# Speed\n${BEGIN_MARK}\n`, "new"), /lost one/);
});

Deno.test("formatFigure() keeps three digits of small numbers and whole large ones", () => {
  const figures = [0.004, 1.234, 12.34, 123.4, 12345.6, Number.NaN].map(formatFigure);
  assert.deepEqual(figures, ["0.00", "1.23", "12.3", "123", "12346", "unknown"]);
});
