import assert from "node:assert/strict";
import fc from "fast-check";
import { BUCKET_CELLS, chunkBytesForRate, TokenBucket } from "#protocol/token_bucket.ts";

const RATES = [10_000, 64_000, 1_000_000, 12_345_678, 200_000_000];

/** A clock that moves only when told, and what it shows in ms. */
class MockClock {
  nowMs = 1_700_000_000_000;
  readonly now = (): number => this.nowMs;
}

Deno.test("TokenBucket.reserve() asks for no wait when there is no rate", () => {
  const { bucket } = makeBucket(0);
  for (let i = 0; i < 10; i++) assert.equal(bucket.reserve(1_000_000), 0);
});

for (const rate of RATES) {
  Deno.test(`TokenBucket.reserve() makes n bytes take n / rate seconds at ${rate} B/s`, () => {
    const { bucket, clock } = makeBucket(rate);
    const startMs = clock.nowMs;
    const chunkBytes = chunkBytesForRate(rate, 1024 * 1024);
    let sentBytes = 0;
    while (sentBytes < rate * 2) {
      clock.nowMs += Math.max(0, bucket.reserve(chunkBytes));
      sentBytes += chunkBytes;
    }
    const wantedMs = (sentBytes / rate) * 1000;
    assertNear(clock.nowMs - startMs, wantedMs, wantedMs * 0.0005);
  });

  Deno.test(`TokenBucket.reserve() makes good for timers that wake late at ${rate} B/s`, () => {
    const { bucket, clock } = makeBucket(rate);
    const startMs = clock.nowMs;
    const chunkBytes = chunkBytesForRate(rate, 1024 * 1024);
    let sentBytes = 0;
    for (let turn = 0; sentBytes < rate * 2; turn++) {
      const waitMs = bucket.reserve(chunkBytes);
      if (waitMs > 0) clock.nowMs += waitMs + (turn % 3) * 0.7;
      sentBytes += chunkBytes;
    }
    const wantedMs = (sentBytes / rate) * 1000;
    assertNear(clock.nowMs - startMs, wantedMs, wantedMs * 0.001 + 2);
  });
}

Deno.test("TokenBucket.reserve() allows no burst after a pause", () => {
  const rate = 1_000_000;
  const { bucket, clock } = makeBucket(rate);
  bucket.reserve(1000);
  clock.nowMs += 60_000;
  const startMs = clock.nowMs;
  for (let i = 0; i < 1000; i++) clock.nowMs += Math.max(0, bucket.reserve(1000));
  assertNear(clock.nowMs - startMs, 1000, 1);
});

Deno.test("TokenBucket.reserve() pays back a short stall, and never more than it", () => {
  const { bucket, clock } = makeBucket(1_000_000);
  bucket.reserve(1000);
  clock.nowMs += 50;
  const startMs = clock.nowMs;
  for (let i = 0; i < 1000; i++) clock.nowMs += Math.max(0, bucket.reserve(1000));
  assertNear(clock.nowMs - startMs, 951, 1);
});

Deno.test("TokenBucket.reserve() never lets more flow than the rate and a tenth of a second", () => {
  const steps = fc.array(
    fc.record({
      bytes: fc.integer({ min: 1, max: 100_000 }),
      idleMs: fc.integer({ min: 0, max: 300 }),
    }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(fc.property(fc.constantFrom(...RATES), steps, (rate, turns) => {
    const { bucket, clock } = makeBucket(rate);
    const startMs = clock.nowMs;
    let bytes = 0;
    for (const turn of turns) {
      clock.nowMs += turn.idleMs + Math.max(0, bucket.reserve(turn.bytes));
      bytes += turn.bytes;
      assert.ok(bytes <= (rate * (clock.nowMs - startMs + 101)) / 1000 + turns.length);
    }
  }));
});

Deno.test("TokenBucket.reserve() lets two users of the same cells alternate at half the rate", () => {
  const rate = 1_000_000;
  const clock = new MockClock();
  const cells = new BigInt64Array(new SharedArrayBuffer(BUCKET_CELLS * 8));
  const users = [new TokenBucket(cells, clock.now), new TokenBucket(cells, clock.now)];
  for (const user of users) user.rate = rate;
  const startMs = clock.nowMs;
  // Each asks again when its bytes may flow; whoever's time comes first goes first.
  const dueMs = users.map((user) => clock.nowMs + user.reserve(1000));
  const turns: number[] = [];
  while (turns.length < 200) {
    const next = (dueMs[0] ?? 0) <= (dueMs[1] ?? 0) ? 0 : 1;
    clock.nowMs = Math.max(clock.nowMs, dueMs[next] ?? 0);
    turns.push(next);
    dueMs[next] = clock.nowMs + (users[next]?.reserve(1000) ?? 0);
  }
  turns.forEach((turn, i) => assert.equal(turn, i % 2));
  assertNear(clock.nowMs - startMs, 200, 0.5);
});

Deno.test("TokenBucket.rate is seen by all who share the cells", () => {
  const cells = new BigInt64Array(new SharedArrayBuffer(BUCKET_CELLS * 8));
  const [one, two] = [new TokenBucket(cells, () => 0), new TokenBucket(cells, () => 0)];
  one.rate = 12_345;
  assert.equal(two.rate, 12_345);
});

Deno.test("TokenBucket.rate holds for the next bytes when it is raised, whatever was owed before", () => {
  const { bucket } = makeBucket(1000);
  assert.ok(bucket.reserve(600_000) > 599_000);
  bucket.rate = 100_000_000;
  assertNear(bucket.reserve(100_000), 1, 0.1);
});

Deno.test("TokenBucket.rate of 0 lets bytes flow at once, whatever was owed before", () => {
  const { bucket } = makeBucket(1000);
  bucket.reserve(600_000);
  bucket.rate = 0;
  assert.equal(bucket.reserve(600_000), 0);
});

Deno.test("chunkBytesForRate() gives pieces of about a thirty-second of a second within bounds", () => {
  assert.equal(chunkBytesForRate(0, 1_048_576), 1_048_576);
  assert.equal(chunkBytesForRate(3_200_000, 1_048_576), 100_000);
  assert.equal(chunkBytesForRate(1000, 1_048_576), 256);
  assert.equal(chunkBytesForRate(10e9, 1_048_576), 1_048_576);
  assert.equal(chunkBytesForRate(1000, 100), 100);
});

function makeBucket(rate: number): { readonly bucket: TokenBucket; readonly clock: MockClock } {
  const clock = new MockClock();
  const bucket = new TokenBucket(new BigInt64Array(BUCKET_CELLS), clock.now);
  bucket.rate = rate;
  return { bucket, clock };
}

function assertNear(actual: number, expected: number, within: number): void {
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected} ± ${within}`);
}
