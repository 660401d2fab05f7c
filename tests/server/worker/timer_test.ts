import assert from "node:assert/strict";
import { startTicking, startTimer, wait } from "#server/worker/timer.ts";
import { keepEventLoop } from "#tests/support/event_loop.ts";

Deno.test("startTimer() calls back once, not before its time", async () => {
  using _loop = keepEventLoop();
  const startedMs = performance.now();
  let calls = 0;
  await new Promise<void>((resolve) =>
    startTimer(20, () => {
      calls++;
      resolve();
    })
  );
  await new Promise<void>((resolve) => startTimer(20, resolve));
  assert.equal(calls, 1);
  assert.ok(performance.now() - startedMs >= 39);
});

Deno.test("startTimer() does not call back once it is cancelled, also when it shares its time with others", async () => {
  using _loop = keepEventLoop();
  const called: string[] = [];
  const cancel = startTimer(5, () => called.push("cancelled"));
  startTimer(5, () => called.push("early"));
  cancel();
  cancel();
  // Takes the cell that the cancelled one has left, once that has ended.
  await new Promise<void>((resolve) => startTimer(10, resolve));
  const done = new Promise<void>((resolve) => startTimer(10, resolve));
  cancel();
  await done;
  assert.deepEqual(called, ["early"]);
});

Deno.test("startTimer() runs a thousand timers at once, each at its time", async () => {
  using _loop = keepEventLoop();
  const order: number[] = [];
  const times = Array.from({ length: 1_000 }, (_, index) => 10 + (index * 7) % 50);
  await Promise.all(times.map((ms) =>
    new Promise<void>((resolve) =>
      startTimer(ms, () => {
        order.push(ms);
        resolve();
      })
    )
  ));
  assert.equal(order.length, 1_000);
});

Deno.test("startTicking() calls back until it is ended, also from within a call", async () => {
  using _loop = keepEventLoop();
  let calls = 0;
  const ended = new Promise<void>((resolve) => {
    const end = startTicking(2, () => {
      if (++calls < 3) return;
      end();
      resolve();
    });
  });
  await ended;
  await new Promise<void>((resolve) => startTimer(20, resolve));
  assert.equal(calls, 3);
});

Deno.test("wait() ends early with the reason of its signal, before and during the wait", async () => {
  using _loop = keepEventLoop();
  const reason = new Error("enough");
  const abort = new AbortController();
  const waiting = wait(600_000, abort.signal);
  abort.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(wait(600_000, abort.signal), reason);
  await wait(1, new AbortController().signal);
});
