import assert from "node:assert/strict";
import { figuresText } from "./process_figures.ts";
import { runSoak } from "./soak/soak.ts";

const DURATION_MS = 120_000;
/** What a heap may be larger by chance between two collections. */
const MEMORY_SLACK_BYTES = 64 * 1024 * 1024;

Deno.test("after two minutes of everything a server holds no more than at their beginning", async () => {
  const { before, after, operations } = await runSoak(DURATION_MS);
  console.log(`soak: ${operations} operations; ${figuresText(before)}; then ${figuresText(after)}`);
  assert.ok(after.descriptors <= before.descriptors, "descriptors are left open");
  assert.ok(after.threads <= before.threads, "threads are left");
  assert.ok(after.residentBytes - before.residentBytes < MEMORY_SLACK_BYTES, "memory has grown");
});
