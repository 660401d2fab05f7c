import assert from "node:assert/strict";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { recordSessions } from "./fuzz/record_sessions.ts";
import { runFuzz } from "./fuzz/run_fuzz.ts";
import { assertNoGrowth, figuresText, grownBytes, startMeasuredServer } from "./process_figures.ts";

/** All that is kept is there after the first half; what the second one adds is lost. */
const HALF = 100_000;
const SEED = 20_260;
const WORKERS = 8;
/** Of each case, most of which the server never sees. */
const MOST_BYTES = 50;

Deno.test(`a server and both sides' decoders survive ${2 * HALF} damaged or made-up inputs`, async () => {
  await using folder = await makeTempFolder();
  const flags = ["--workers", `${WORKERS}`];
  await using server = await startMeasuredServer({ root: folder.path, flags });
  const sessions = await recordSessions(server);
  const run = { server, sessions, seed: SEED, cases: HALF };
  const counts = [await runFuzz(run)];
  const before = await server.atRest();
  counts.push(await runFuzz({ ...run, first: HALF }));
  const after = await server.atRest();
  console.log(
    `fuzz of seed ${SEED}: ${JSON.stringify(counts)}; ${figuresText(before)}; then ${
      figuresText(after)
    }: ${grownBytes(before, after)} bytes more`,
  );
  assertNoGrowth(before, after, HALF, MOST_BYTES);
  const faults = server.stderr.lines.filter((line) => / ERR |fault|: internal|panick/.test(line));
  assert.ok(faults.length === 0, faults.slice(0, 5).join("\n"));
});
