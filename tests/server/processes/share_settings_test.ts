import assert from "node:assert/strict";
import fc from "fast-check";
import { shareSettings } from "#server/processes/share_settings.ts";
import { completeSettings } from "#server/server_options.ts";

Deno.test("shareSettings() gives out exactly what was promised, and to each at least something", () => {
  const amounts = fc.record({
    count: fc.integer({ min: 1, max: 64 }),
    workers: fc.integer({ min: 64, max: 1024 }),
    maxConnections: fc.integer({ min: 64, max: 100_000 }),
    rate: fc.oneof(fc.constant(0), fc.integer({ min: 64, max: 1e9 })),
  });
  fc.assert(fc.property(amounts, ({ count, workers, maxConnections, rate }) => {
    const settings = completeSettings({ root: "x", workers, maxConnections, throttle: { rate } });
    const { limits, shares } = shareSettings(settings, count);
    assert.deepEqual(limits, { workers, maxConnections, rate });
    const sum = (of: (one: (typeof shares)[number]) => number): number =>
      shares.reduce((total, one) => total + of(one), 0);
    assert.equal(shares.length, count);
    assert.equal(sum((one) => one.workers), workers);
    assert.equal(sum((one) => one.maxConnections), maxConnections);
    assert.equal(sum((one) => one.throttle.rate), rate);
    for (const one of shares) {
      assert.ok(one.workers >= 1 && one.maxConnections >= 1 && one.spareWorkers <= one.workers);
      // 0 is no limit: that must not come out of a limit.
      assert.equal(one.throttle.rate === 0, rate === 0);
    }
  }));
});

Deno.test("shareSettings() refuses what cannot be shared out", () => {
  const settings = completeSettings({ root: "x", workers: 4 });
  for (const count of [0, 65, 1.5, -1]) {
    assert.throws(() => shareSettings(settings, count), /Cannot run .* from 1 to 64$/);
  }
  assert.throws(() => shareSettings(settings, 5), {
    name: "RangeError",
    message: "Cannot share --workers 4 out among 5 processes",
  });
});
