import assert from "node:assert/strict";
import { readEagerly } from "#client/trees/read_eagerly.ts";

Deno.test("readEagerly() reads to the end while its reader takes its time", async () => {
  let given = 0;
  async function* source(): AsyncGenerator<number> {
    for (; given < 1000; given++) {
      yield given;
      await Promise.resolve();
    }
  }
  const seen: number[] = [];
  for await (const item of readEagerly(source())) {
    if (seen.length === 0) { while (given < 1000) await Promise.resolve(); }
    seen.push(item);
  }
  assert.deepEqual(seen, Array.from({ length: 1000 }, (_, index) => index));
});

Deno.test("readEagerly() hands on the items before a failure, then the failure", async () => {
  async function* source(): AsyncGenerator<number> {
    yield 1;
    await Promise.resolve();
    throw new Error("no more");
  }
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const item of readEagerly(source())) seen.push(item);
  }, /no more/);
  assert.deepEqual(seen, [1]);
});

Deno.test("readEagerly() leaves the source when its reader leaves", async () => {
  const left = Promise.withResolvers<void>();
  async function* source(): AsyncGenerator<number> {
    try {
      for (let item = 0;; item++) {
        yield item;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    } finally {
      left.resolve();
    }
  }
  for await (const item of readEagerly(source())) if (item === 3) break;
  await left.promise;
});
