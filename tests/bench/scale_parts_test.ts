import assert from "node:assert/strict";
import fc from "fast-check";
import { ChunkSizes } from "#bench/scale/chunk_sizes.ts";
import { manyServersWaitS, singleServerS } from "#bench/scale/closed_formulas.ts";
import { EventClock } from "#bench/scale/event_clock.ts";
import { MinHeap } from "#bench/scale/min_heap.ts";
import { type Lessee, PoolModel } from "#bench/scale/pool_model.ts";
import { policyOf, type PoolPolicy } from "#bench/scale/pool_policy.ts";
import { SerialThread } from "#bench/scale/serial_thread.ts";
import { SharedResource } from "#bench/scale/shared_resource.ts";

const ONE_CORE = { total: 1, perJob: 1 };

Deno.test("MinHeap gives the least first, and equal ones in the order of their coming", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (keys) => {
    const heap = new MinHeap<readonly [number, number]>();
    keys.forEach((key, order) => heap.push(key, [key, order]));
    const out = Array.from({ length: keys.length }, () => heap.pop());
    const expected = keys.map((key, order) => [key, order] as const)
      .toSorted(([a, first], [b, second]) => a - b || first - second);
    assert.deepEqual(out, expected);
    assert.equal(heap.pop(), undefined);
  }));
});

Deno.test("EventClock runs actions in their order up to a time and refuses the past", () => {
  const clock = new EventClock();
  const seen: string[] = [];
  clock.after(2, () => seen.push(`b at ${clock.nowS}`));
  clock.after(1, () => {
    seen.push(`a at ${clock.nowS}`);
    clock.after(0, () => seen.push("at once"));
  });
  clock.after(9, () => seen.push("late"));
  clock.run(5);
  assert.deepEqual(seen, ["a at 1", "at once", "b at 2"]);
  assert.equal(clock.nowS, 5);
  assert.throws(() => clock.after(-1, () => {}), RangeError);
  assert.throws(() => clock.after(Number.NaN, () => {}), RangeError);
});

Deno.test("SharedResource gives two jobs half a core each, and the rest to the longer one", () => {
  const clock = new EventClock();
  const core = new SharedResource(clock, ONE_CORE);
  const ends: Record<string, number> = {};
  core.submit(1, () => ends["short"] = clock.nowS);
  core.submit(3, () => ends["long"] = clock.nowS);
  clock.run(10);
  assert.deepEqual(ends, { short: 2, long: 4 });
  assert.equal(core.used, 4);
});

Deno.test("SharedResource never lets one job use more than one core", () => {
  const clock = new EventClock();
  const cores = new SharedResource(clock, { total: 4, perJob: 1 });
  let endS = 0;
  cores.submit(3, () => endS = clock.nowS);
  clock.run(10);
  assert.equal(endS, 3);
});

Deno.test("SharedResource does exactly the work that it was given", () => {
  const jobs = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 40 })));
  fc.assert(fc.property(jobs, fc.integer({ min: 1, max: 4 }), (amounts, total) => {
    const clock = new EventClock();
    const cores = new SharedResource(clock, { total, perJob: 1 });
    let ended = 0;
    for (const [atS, amount] of amounts) {
      clock.after(atS, () => cores.submit(amount, () => ended++));
    }
    clock.run(10_000);
    const work = amounts.reduce((sum, [, amount]) => sum + amount, 0);
    assert.equal(ended, amounts.length);
    assert.ok(Math.abs(cores.used - work) <= 1e-9 * (1 + work));
  }));
});

Deno.test("SerialThread does one job after the other although cores are free", () => {
  const clock = new EventClock();
  const thread = new SerialThread(new SharedResource(clock, { total: 8, perJob: 1 }));
  const ends: number[] = [];
  for (let index = 0; index < 3; index++) thread.run(1, () => ends.push(clock.nowS));
  clock.run(10);
  assert.deepEqual(ends, [1, 2, 3]);
  assert.equal(thread.cpuS, 3);
});

/** Somebody who notes when it gets and loses a worker. */
function lessee(notes: string[], name: string): Lessee {
  return {
    onGranted: () => notes.push(`${name} granted`),
    onRevoked: () => notes.push(`${name} revoked`),
  };
}

function startPool(
  policy: Partial<PoolPolicy>,
  startS = 1,
  usedShare = 0,
): { clock: EventClock; pool: PoolModel } {
  const clock = new EventClock();
  const complete = { ...policyOf(2, 8, false), ...policy };
  const pool = new PoolModel(clock, complete, {
    start: (ready) => clock.after(startS, ready),
    whenFree: (action) => action(),
    usedShare: () => usedShare,
  });
  return { clock, pool };
}

Deno.test("PoolModel starts at most as many workers at a time as its policy says, up to the limit", () => {
  const { clock, pool } = startPool({ spare: 0, limit: 5 });
  const notes: string[] = [];
  for (let index = 0; index < 9; index++) pool.request(lessee(notes, `${index}`));
  clock.run(0.5);
  assert.equal(pool.workers, 2);
  clock.run(10);
  assert.equal(pool.workers, 5);
  assert.equal(pool.waiting, 4);
  assert.deepEqual(notes, [0, 1, 2, 3, 4].map((index) => `${index} granted`));
});

Deno.test("PoolModel serves few at once without a throttle, and one more each time that none came free for a while", () => {
  const { clock, pool } = startPool({ ...policyOf(2, 8, true), spare: 8, mostStarting: 8 });
  clock.run(2);
  assert.equal(pool.workers, 8);
  const notes: string[] = [];
  const all = Array.from({ length: 12 }, (_, index) => lessee(notes, `${index}`));
  for (const each of all) pool.request(each);
  assert.equal(pool.leased, 2, "as many as cores");
  clock.run(2.09);
  assert.equal(pool.leased, 2);
  clock.run(2.12);
  assert.equal(pool.leased, 3);
  for (const each of all.slice(0, 2)) pool.release(each);
  assert.equal(pool.leased, 3, "who comes free serves the next, and no more than before");
  assert.equal(notes.at(-1), "4 granted");
});

Deno.test("PoolModel lets one more be served only after a second in which none came free while the cores are busy", () => {
  const { clock, pool } = startPool({ ...policyOf(2, 8, true), spare: 8, mostStarting: 8 }, 1, 0.5);
  clock.run(2);
  for (let index = 0; index < 12; index++) pool.request(lessee([], `${index}`));
  clock.run(2.99);
  assert.equal(pool.leased, 2);
  clock.run(3.2);
  assert.equal(pool.leased, 3);
});

Deno.test("PoolModel serves as many as it has workers when it is the throttle that takes time", () => {
  const { clock, pool } = startPool({ spare: 8, mostStarting: 8 });
  clock.run(2);
  for (let index = 0; index < 12; index++) pool.request(lessee([], `${index}`));
  assert.equal(pool.leased, 8);
});

Deno.test("PoolModel takes a worker from who only lingers when others wait, and lets it linger when none do", () => {
  const { clock, pool } = startPool({ spare: 1, limit: 1 });
  const notes: string[] = [];
  const [first, second] = [lessee(notes, "first"), lessee(notes, "second")];
  clock.run(2);
  pool.request(first);
  pool.noteIdle(first);
  assert.deepEqual(notes, ["first granted"]);
  pool.request(second);
  assert.deepEqual(notes, ["first granted", "first revoked", "second granted"]);
});

Deno.test("PoolModel asks who has worked for a whole turn to give way while others wait", () => {
  const { clock, pool } = startPool({ spare: 1, limit: 1, turnS: 5 });
  const notes: string[] = [];
  const [first, second] = [lessee(notes, "first"), lessee(notes, "second")];
  clock.run(2);
  pool.request(first);
  pool.request(second);
  clock.run(6);
  assert.equal(pool.isYielding(first), false);
  clock.run(9);
  assert.equal(pool.isYielding(first), true);
});

Deno.test("PoolModel ends workers beyond the spare ones after they have idled for long", () => {
  const { clock, pool } = startPool({ spare: 1, limit: 4 });
  const notes: string[] = [];
  const all = [1, 2, 3].map((index) => lessee(notes, `${index}`));
  for (const each of all) pool.request(each);
  clock.run(5);
  assert.equal(pool.workers, 4, "three that work and a spare one");
  for (const each of all) pool.release(each);
  clock.run(30);
  assert.equal(pool.workers, 4);
  clock.run(40);
  assert.equal(pool.workers, 1);
});

Deno.test("ChunkSizes.at() cuts as the server does: half a MiB, or a few chunks a second that are fewer in a crowd", () => {
  let leased = 1;
  const chunks = new ChunkSizes(() => leased);
  assert.equal(chunks.at(0), 512 * 1024);
  assert.equal(chunks.at(100_000), 25_000);
  leased = 65;
  assert.equal(chunks.at(0), 512 * 1024);
  assert.equal(chunks.at(100_000), 50_000);
});

Deno.test("closed formulas agree where they meet and are infinite beyond what can be done", () => {
  const oneWaits = singleServerS(8, 0.1) - 0.1;
  assert.ok(Math.abs(manyServersWaitS(8, 0.1, 1) - oneWaits) < 1e-12);
  assert.equal(singleServerS(10, 0.1), Number.POSITIVE_INFINITY);
  assert.equal(manyServersWaitS(40, 0.1, 4), Number.POSITIVE_INFINITY);
  // A textbook's example: 2 servers, each busy 3/4 of the time, wait 9/7 of the work.
  assert.ok(Math.abs(manyServersWaitS(1.5, 1, 2) - 9 / 7) < 1e-12);
});
