/**
 * Sends a server what no client sends: `deno task fuzz [--cases N] [--seed S] [--first N]`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { figuresText, startMeasuredServer } from "../process_figures.ts";
import { recordSessions } from "./record_sessions.ts";
import { runFuzz } from "./run_fuzz.ts";

/** Between two lines of progress. */
const ROUND = 100_000;

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
    first: { type: "string", default: "0" },
  },
});
const [cases, seed, start] = [Number(values.cases), Number(values.seed), Number(values.first)];
await using folder = await makeTempFolder();
await using server = await startMeasuredServer({ root: folder.path, flags: ["--workers", "16"] });
const sessions = await recordSessions(server);
for (let first = start; first < start + cases; first += ROUND) {
  const beginMs = performance.now();
  const count = Math.min(ROUND, start + cases - first);
  const { decoded, asked, streamed } = await runFuzz({
    server,
    sessions,
    seed,
    first,
    cases: count,
  });
  const seconds = ((performance.now() - beginMs) / 1000).toFixed(1);
  const held = figuresText(await server.atRest());
  console.log(
    `seed ${seed}, cases ${first} to ${
      first + count
    }: ${decoded} decoded, ${asked} asked, ${streamed} streamed in ${seconds} s; ${held}`,
  );
}
