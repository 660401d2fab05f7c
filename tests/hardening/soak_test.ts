import { assertBackAtStart, assertNoGrowth } from "./process_figures.ts";
import { runSoak, SOAK_WORKERS, soakText } from "./soak/soak.ts";

const DURATION_MS = 120_000;
/** Of each operation: what the history and other caches keep is bounded, and there after the first half. */
const MOST_BYTES = 50;

Deno.test("after two minutes of everything a server holds no more than in their middle, and after a pause what it held at the start", async () => {
  const result = await runSoak(DURATION_MS);
  console.log(`soak: ${soakText(result)}`);
  assertNoGrowth(result.before, result.after, result.lastOperations, MOST_BYTES);
  assertBackAtStart(result.start, result.end, SOAK_WORKERS);
});
