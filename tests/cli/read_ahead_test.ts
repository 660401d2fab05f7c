import assert from "node:assert/strict";
import { ReadAhead } from "#client/cli/transfers/read_ahead.ts";

Deno.test("ReadAhead gives each item to one of its readers, in order", async () => {
  const items = new ReadAhead(count(100), 10, () => {});
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    for await (const item of items) seen.push(item);
  };
  await Promise.all([read(), read(), read()]);
  assert.deepEqual(seen, Array.from({ length: 100 }, (_, index) => index));
});

Deno.test("ReadAhead tells items before they are wanted, up to its bound", async () => {
  let told = 0;
  let asked = 0;
  async function* source(): AsyncGenerator<number> {
    for (;;) {
      yield ++asked;
      await Promise.resolve();
    }
  }
  const items = new ReadAhead(source(), 5, () => told++);
  const reader = items[Symbol.asyncIterator]();
  await reader.next();
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  assert.ok(told >= 5 && told <= 7, String(told));
  await reader.return();
});

Deno.test("ReadAhead hands on the items before a failure, then the failure", async () => {
  async function* source(): AsyncGenerator<number> {
    yield* count(2);
    throw new Error("no more");
  }
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const item of new ReadAhead(source(), 10, () => {})) seen.push(item);
  }, /no more/);
  assert.deepEqual(seen, [0, 1]);
});

async function* count(most: number): AsyncGenerator<number> {
  for (let index = 0; index < most; index++) yield await Promise.resolve(index);
}
