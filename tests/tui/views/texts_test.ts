import assert from "node:assert/strict";
import fc from "fast-check";
import { barBlocks, chartRows, sparkline } from "#tui/views/blocks.ts";
import { countText, groupDigits, placeText } from "#tui/views/place_text.ts";
import { shortTime } from "#tui/views/time_text.ts";
import { bytesText, transferSign, transferStatus } from "#tui/views/transfer_text.ts";
import { NOW_MS } from "./sample_models.ts";
import { sampleTransfers, transfer } from "./sample_transfers.ts";

Deno.test("barBlocks() is exact to an eighth of a column", () => {
  assert.deepEqual(barBlocks(0, 4), { done: "", rest: "░░░░" });
  assert.deepEqual(barBlocks(0.5, 4), { done: "██", rest: "░░" });
  assert.deepEqual(barBlocks(0.53125, 4), { done: "██▏", rest: "░" });
  assert.deepEqual(barBlocks(1, 4), { done: "████", rest: "" });
});

Deno.test("barBlocks() is as long as it shall be and full only when all is done", () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), fc.nat(60), (share, columns) => {
    const { done, rest } = barBlocks(share, columns);
    assert.equal(done.length + rest.length, columns);
    if (share < 1 && columns > 0) assert.notEqual(done, "█".repeat(columns));
  }));
});

Deno.test("sparkline() shows the last values, the highest as high as a line", () => {
  assert.equal(sparkline([0, 1, 2, 4, 8], 4), "▁▂▄█");
  assert.equal(sparkline([0, 0], 4), "▁▁");
  assert.equal(sparkline([], 4), "");
});

Deno.test("chartRows() puts the newest value at the right edge", () => {
  assert.deepEqual(chartRows([4, 8], 8, 3, 2), ["  █", " ██"]);
  assert.deepEqual(chartRows([8], 0, 2, 1), ["  "]);
  assert.deepEqual(chartRows([1], 1_000, 1, 2), [" ", "▁"]);
});

Deno.test("shortTime() writes the hour today, the weekday this week, else the date", () => {
  const at = (year: number, month: number, day: number): number =>
    new Date(year, month - 1, day, 9, 5).getTime();
  assert.equal(shortTime(at(2026, 3, 15), NOW_MS), "09:05");
  assert.equal(shortTime(at(2026, 3, 14), NOW_MS), "Sat");
  assert.equal(shortTime(at(2026, 3, 9), NOW_MS), "Mon");
  assert.equal(shortTime(at(2026, 3, 8), NOW_MS), " 8 Mar");
  assert.equal(shortTime(at(2026, 12, 24), NOW_MS), "24 Dec");
  assert.equal(shortTime(at(2019, 1, 1), NOW_MS), "2019");
  assert.equal(shortTime(0, NOW_MS), "");
  assert.equal(shortTime(Number.NaN, NOW_MS), "");
});

Deno.test("placeText() writes ~ for the home folder only where it is one", () => {
  assert.equal(placeText("local", "/home/ada", "/home/ada"), "~");
  assert.equal(placeText("local", "/home/ada/x", "/home/ada"), "~/x");
  assert.equal(placeText("local", "/home/adam", "/home/ada"), "/home/adam");
  assert.equal(placeText("local", "/x", "/"), "/x");
  assert.equal(placeText("server", "", "/home/ada"), "/");
  assert.equal(placeText("server", "a/b", undefined), "/a/b");
});

Deno.test("groupDigits() and countText() write counts for people", () => {
  assert.equal(groupDigits(1_234_567), "1,234,567");
  assert.equal(groupDigits(999), "999");
  assert.equal(countText(1, "entry", "entries"), "1 entry");
  assert.equal(countText(20_000, "file"), "20,000 files");
});

Deno.test("bytesText() writes one unit when both amounts have the same", () => {
  assert.equal(bytesText(438_000_000, 812_000_000), "438/812 MB");
  assert.equal(bytesText(1_000, 812_000_000), "1.0 kB/812 MB");
});

Deno.test("transferStatus() says in words what figures cannot", async (t) => {
  await t.assertSnapshot(
    sampleTransfers(NOW_MS).map((row) => {
      return `${transferSign(row).sign} ${transferStatus(row, NOW_MS)?.text ?? "(figures)"}`;
    }).join("\n"),
  );
});

Deno.test("transferStatus() tells the name that a file got and what was there already", () => {
  const result = {
    direction: "upload",
    outcome: "replaced",
    remotePath: "docs/a (2).txt",
    localPath: "/home/ada/a.txt",
    sizeBytes: 3_000_000,
    digest: "xxh128:1",
    seconds: 2,
    resumedFromBytes: 1_000_000,
  } as const;
  const row = transfer(NOW_MS, 1, "a.txt", { phase: "done", remotePath: "docs/a.txt", result });
  assert.equal(
    transferStatus(row, NOW_MS)?.text,
    "3.0 MB verified in 2.0 s at 1.0 MB/s, resumed from 1.0 MB, replaced, as a (2).txt",
  );
});
