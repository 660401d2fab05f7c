import assert from "node:assert/strict";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { recordSessions } from "./fuzz/record_sessions.ts";
import { runFuzz } from "./fuzz/run_fuzz.ts";
import { assertNoGrowth, figuresAtRest, figuresText } from "./process_figures.ts";

const CASES = 200_000;
/** Cases by which all workers have started and all buffers are there. */
const WARM_UP = 20_000;
const SEED = 20_260;
const WORKERS = 8;
/** What the heaps of all workers may be larger by chance between two collections: 2 kB for each case. */
const MEMORY_SLACK_BYTES = WORKERS * 48 * 1024 * 1024;

Deno.test(`a server and both sides' decoders survive ${CASES} damaged or made-up inputs`, async () => {
  await using folder = await makeTempFolder();
  const flags = ["--workers", `${WORKERS}`];
  await using server = await startServerProcess({ root: folder.path, flags });
  const sessions = await recordSessions(server);
  const run = { server, sessions, seed: SEED };
  await runFuzz({ ...run, cases: WARM_UP });
  const before = await figuresAtRest(server);
  const counts = await runFuzz({ ...run, first: WARM_UP, cases: CASES - WARM_UP });
  const after = await figuresAtRest(server);
  console.log(
    `fuzz: ${JSON.stringify(counts)}; ${figuresText(before)}; then ${figuresText(after)}`,
  );
  assertNoGrowth(before, after, MEMORY_SLACK_BYTES);
  const faults = server.stderr.lines.filter((line) => / ERR |fault|: internal|panick/.test(line));
  assert.ok(faults.length === 0, faults.slice(0, 5).join("\n"));
});
