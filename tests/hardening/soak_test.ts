import { assertNoGrowth, figuresText } from "./process_figures.ts";
import { runSoak } from "./soak/soak.ts";

const DURATION_MS = 120_000;
/** What the heaps of 12 workers may be larger by chance between two collections: 4 kB an operation. */
const MEMORY_SLACK_BYTES = 12 * 32 * 1024 * 1024;

Deno.test("after two minutes of everything a server holds no more than at their beginning", async () => {
  const { before, after, operations } = await runSoak(DURATION_MS);
  console.log(`soak: ${operations} operations; ${figuresText(before)}; then ${figuresText(after)}`);
  assertNoGrowth(before, after, MEMORY_SLACK_BYTES);
});
