import assert from "node:assert/strict";
import fc from "fast-check";
import { connectionState } from "#web/page/state/connection_state.js";
import { formatBytes, formatDuration, formatTime } from "#web/page/state/format.js";
import { MAX_HISTORY_RECORDS, mergeHistory } from "#web/page/state/history_records.js";
import { previewKind } from "#web/page/state/preview_kind.js";
import { RateMeter } from "#web/page/state/rate_meter.js";
import { sparklinePath } from "#web/page/state/sparkline_path.js";
import type { HistoryRecord } from "#web/page/types.js";

Deno.test("formatBytes() writes decimal units with few digits", () => {
  const sizes = [0, 999, 1000, 1049, 99_949, 99_950, 999_499, 999_500, 1e15, 1e18];
  assert.deepEqual(sizes.map(formatBytes), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.0 kB",
    "99.9 kB",
    "100 kB",
    "999 kB",
    "1.0 MB",
    "1.0 PB",
    "1000 PB",
  ]);
});

Deno.test("formatDuration() writes seconds, minutes, hours, days, and nothing for what is unknown", () => {
  const seconds = [0, 4.2, 65, 7260, 400_000, Number.NaN, Number.POSITIVE_INFINITY];
  assert.deepEqual(seconds.map(formatDuration), [
    "0 s",
    "5 s",
    "1 min 05 s",
    "2 h 01 min",
    "5 days",
    "",
    "",
  ]);
});

Deno.test("formatTime() is as short as it stays clear", () => {
  const now = new Date(2026, 5, 10, 12, 0).getTime();
  assert.match(formatTime(new Date(2026, 5, 10, 9, 5).getTime(), now, "en-GB"), /^09:05$/);
  assert.match(formatTime(new Date(2026, 2, 1, 9, 5).getTime(), now, "en-GB"), /^1 Mar/);
  assert.match(formatTime(new Date(2020, 2, 1).getTime(), now, "en-GB"), /2020$/);
});

Deno.test("RateMeter measures a steady flow, and forgets one that stopped", () => {
  const meter = new RateMeter();
  for (let atMs = 0; atMs <= 10_000; atMs += 100) meter.mark(atMs, atMs * 5);
  assert.ok(Math.abs(meter.rate(10_000) - 5000) < 1);
  assert.equal(meter.rate(20_000), 0);
});

Deno.test("mergeHistory() has each record once, newest first, and not too many", () => {
  const ids = fc.array(fc.nat(3000), { maxLength: 1500 });
  fc.assert(
    fc.property(ids, ids, (known, more) => {
      const merged = mergeHistory(mergeHistory([], known.map(record)), more.map(record));
      const expected = [...new Set([...known, ...more])].sort((one, other) => other - one);
      assert.deepEqual(merged.map(({ id }) => id), expected.slice(0, MAX_HISTORY_RECORDS));
    }),
    { numRuns: 30 },
  );
});

Deno.test("sparklinePath() ends at the right edge and stays inside", () => {
  const size = { width: 60, height: 20, slots: 4, top: 10 };
  assert.equal(sparklinePath([0, 10, 99], size), "M20.0 20.0L40.0 0.0L60.0 0.0");
  assert.equal(sparklinePath([], size), "");
});

Deno.test("connectionState() tells a silent gateway from a silent server", () => {
  const live = { isLinked: null, server: null, snapshot: null, rates: [] };
  assert.equal(connectionState(live).level, "unknown");
  assert.match(connectionState({ ...live, isLinked: false }).reason, /web interface/);
  const server = { isOnline: false, server: "x:1", sinceMs: 0 };
  assert.match(connectionState({ ...live, isLinked: true, server }).reason, /x:1/);
  const online = { ...server, isOnline: true };
  assert.equal(connectionState({ ...live, isLinked: true, server: online }).level, "online");
});

Deno.test("previewKind() goes by the last ending, in any case", () => {
  const names = ["a.PNG", "a.png.txt", "README", "x.tar.gz", "movie.WebM", "png", ".gitignore"];
  assert.deepEqual(names.map(previewKind), [
    "image",
    "text",
    "text",
    "none",
    "video",
    "none",
    "text",
  ]);
});

function record(id: number): HistoryRecord {
  return {
    id,
    atMs: 0,
    peer: "",
    operation: "upload",
    path: "",
    bytes: 0,
    seconds: 0,
    outcome: "done",
  };
}
