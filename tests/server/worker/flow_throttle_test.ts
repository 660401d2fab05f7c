import assert from "node:assert/strict";
import { sleep } from "#protocol/sleep.ts";
import { BUCKET_CELLS } from "#protocol/token_bucket.ts";
import { FlowThrottle } from "#server/worker/flow_throttle.ts";
import { keepEventLoop } from "#tests/support/event_loop.ts";

const RATE = 100_000;

Deno.test("FlowThrottle keeps account of what is owed while other settings change than its own", async () => {
  using _loop = keepEventLoop();
  const cells = new SharedArrayBuffer(BUCKET_CELLS * 8);
  const settings = { rate: 0, ratePerConnection: 1, chunkBytes: 10, chunkDelayMs: 0 };
  let current = settings;
  const throttle = new FlowThrottle(() => current, cells, () => 0, () => 1);
  const { signal } = new AbortController();
  const waiting = throttle.wait(10, signal);
  current = { ...settings };
  const first = await Promise.race([waiting.then(() => "over"), looked()]);
  assert.equal(first, "still owed");
  current = { ...settings, ratePerConnection: 0 };
  await waiting;

  /** Longer than a wait goes on without a look at the settings. */
  async function looked(): Promise<string> {
    await sleep(600);
    return "still owed";
  }
});

Deno.test("FlowThrottle.chunkBytes flows four times a second, and twice among many connections", () => {
  let leased = 1;
  const cells = new SharedArrayBuffer(BUCKET_CELLS * 8);
  const settings = { rate: 0, ratePerConnection: RATE, chunkBytes: 524_288, chunkDelayMs: 0 };
  const throttle = new FlowThrottle(() => settings, cells, () => 0, () => leased);
  assert.equal(throttle.chunkBytes, RATE / 4);
  leased = 256;
  assert.equal(throttle.chunkBytes, RATE / 2);
});
