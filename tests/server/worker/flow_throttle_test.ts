import assert from "node:assert/strict";
import { BUCKET_CELLS } from "#protocol/token_bucket.ts";
import { FlowThrottle } from "#server/worker/flow_throttle.ts";

const RATE = 100_000;

Deno.test("FlowThrottle.chunkBytes flows four times a second, and twice among many connections", () => {
  let leased = 1;
  const cells = new SharedArrayBuffer(BUCKET_CELLS * 8);
  const settings = { rate: 0, ratePerConnection: RATE, chunkBytes: 524_288, chunkDelayMs: 0 };
  const throttle = new FlowThrottle(() => settings, cells, () => 0, () => leased);
  assert.equal(throttle.chunkBytes, RATE / 4);
  leased = 256;
  assert.equal(throttle.chunkBytes, RATE / 2);
});
