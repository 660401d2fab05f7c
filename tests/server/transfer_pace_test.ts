import assert from "node:assert/strict";
import fc from "fast-check";
import { type PaceState, type TooSlow, TransferPace } from "#server/transfer_pace.ts";

const STALL_MS = 60_000;
const MIN_RATE = 1_000;
const IDLE: PaceState = { isServed: false, toTakeMs: 0, takenBytes: 0, toSendMs: 0, sentBytes: 0 };

/** Runs second after second until somebody is too slow; gives who, and when. */
function run(
  seconds: number,
  state: (second: number) => Partial<PaceState>,
  minRate: number = MIN_RATE,
): readonly [TooSlow, number] {
  const pace = new TransferPace(STALL_MS, minRate);
  pace.tick(0, IDLE);
  for (let second = 1; second <= seconds; second++) {
    const tooSlow = pace.tick(second * 1000, { ...IDLE, isServed: true, ...state(second) });
    if (tooSlow !== undefined) return [tooSlow, second];
  }
  return [undefined, seconds];
}

Deno.test("TransferPace ends an upload that sends nothing after the whole time, and not before", () => {
  assert.deepEqual(run(100, () => ({ toSendMs: 1000 })), ["writer", 61]);
});

Deno.test("TransferPace ends an upload of a byte a second, however it is cut", () => {
  assert.deepEqual(run(1000, () => ({ toSendMs: 999, sentBytes: 1 })), ["writer", 61]);
  assert.deepEqual(run(1000, () => ({ toSendMs: 990, sentBytes: 17 })), ["writer", 62]);
  const [who, second] = run(1000, () => ({ toSendMs: 1000, sentBytes: 500 }));
  assert.deepEqual([who, second], ["writer", 120], "half of the rate lasts twice as long");
});

Deno.test("TransferPace keeps a slow but honest line of 10 kB/s, also when big frames come in one piece", () => {
  const perSecond = (): Partial<PaceState> => ({ toSendMs: 1000, sentBytes: 10_000 });
  assert.deepEqual(run(10_000, perSecond), [undefined, 10_000]);
  const bursts = (n: number): Partial<PaceState> => ({
    toSendMs: 1000,
    sentBytes: n % 50 === 0 ? 500_000 : 0,
  });
  assert.deepEqual(run(10_000, bursts), [undefined, 10_000]);
});

Deno.test("TransferPace does not hold the server's own throttle against a client", () => {
  // 100 bytes a second flow; the worker has something of it almost all the time.
  const throttled = (): Partial<PaceState> => ({ toSendMs: 5, sentBytes: 100 });
  assert.deepEqual(run(10_000, throttled), [undefined, 10_000]);
  const sent = (): Partial<PaceState> => ({ toTakeMs: 1, takenBytes: 100 });
  assert.deepEqual(run(10_000, sent), [undefined, 10_000]);
});

Deno.test("TransferPace ends a reader that takes nothing, or a byte a second", () => {
  assert.deepEqual(run(1000, () => ({ toTakeMs: 1000 })), ["reader", 61]);
  assert.deepEqual(run(1000, () => ({ toTakeMs: 1000, takenBytes: 1 })), ["reader", 61]);
});

Deno.test("TransferPace ends a reader that filled the system's buffers and stopped, three times later", () => {
  const stopped = (n: number): Partial<PaceState> => ({
    toTakeMs: 1000,
    takenBytes: n === 1 ? 5_000_000 : 0,
  });
  assert.deepEqual(run(1000, stopped), ["reader", 181]);
});

Deno.test("TransferPace keeps a reader of 10 kB/s of which the server sees a step each 140 s", () => {
  const steps = (n: number): Partial<PaceState> => ({
    toTakeMs: 1000,
    takenBytes: n === 1 ? 4_000_000 : n % 140 === 0 ? 1_400_000 : 0,
  });
  assert.deepEqual(run(10_000, steps), [undefined, 10_000]);
});

Deno.test("TransferPace takes a watcher without a worker for a reader, too", () => {
  assert.deepEqual(run(100, () => ({ isServed: false, toTakeMs: 1000 })), ["reader", 61]);
});

Deno.test("TransferPace with a least rate of 0 takes any byte", () => {
  const [who] = run(10_000, (n) => ({ toSendMs: 1000, sentBytes: n % 50 === 0 ? 1 : 0 }), 0);
  assert.equal(who, undefined);
  assert.deepEqual(run(100, () => ({ toSendMs: 1000 }), 0), ["writer", 61]);
});

Deno.test("TransferPace never counts time in which the server stood still", () => {
  const pace = new TransferPace(STALL_MS, MIN_RATE);
  pace.tick(0, IDLE);
  // By the sockets' clocks ten minutes have passed, by the server's a second.
  const state = { ...IDLE, isServed: true, toSendMs: 600_000, toTakeMs: 0 };
  assert.equal(pace.tick(1000, state), undefined);
});

Deno.test("TransferPace ends nobody who keeps the rate in each minute, and everybody far below it", () => {
  const pieces = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 20, maxLength: 20 });
  fc.assert(fc.property(pieces, fc.boolean(), (gaps, isReader) => {
    const due = (bytes: number): Partial<PaceState> =>
      isReader ? { toTakeMs: 1000, takenBytes: bytes } : { toSendMs: 1000, sentBytes: bytes };
    let waited = 0;
    let at = 0;
    const honest = (): Partial<PaceState> => {
      const isBurst = waited >= (gaps[at % gaps.length] ?? 0);
      waited = isBurst ? 0 : waited + 1;
      if (!isBurst) return due(0);
      return due(MIN_RATE * ((gaps[at++ % gaps.length] ?? 0) + 1));
    };
    assert.equal(run(600, honest)[0], undefined);
    assert.notEqual(run(600, (n) => due((gaps[n % gaps.length] ?? 0) * 10))[0], undefined);
  }));
});
