import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { FrameType } from "#protocol/frame.ts";
import { inLanes } from "#tests/support/in_lanes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { caseRandom } from "./fuzz/case_random.ts";
import { converse, wholeFrames } from "./fuzz/stream_case.ts";
import { assertNoGrowth, figuresText, startMeasuredServer } from "./process_figures.ts";
import { makeHelloCase } from "./tokens/hello_cases.ts";
import { makeTokens } from "./tokens/make_tokens.ts";

const SEED = 20_261;
/** Of each half; the second one must leave nothing behind. */
const CASES = 3_000;
const LANES = 4;
const MOST_BYTES = 100;
/** No worker has anything to do here, so heaps hardly differ by chance. */
const NOISE_BYTES = 1024 * 1024;
const REFUSED =
  /"name":"(token_required|token_refused|invalid_request|protocol_error|unsupported_version)"/;

Deno.test(`${2 * CASES} forged and damaged logins let nobody in and leave nothing behind`, async () => {
  await using folder = await makeTempFolder();
  const flags = ["--require-token", "--workers", "4"];
  await using server = await startMeasuredServer({ root: folder.path, flags });
  const { ann: token } = makeTokens(folder.path, { ann: {} });
  const seen = new Map<string, number>();
  const run = (first: number): Promise<void> =>
    inLanes(Array.from({ length: CASES }, (_, n) => first + n), async (number) => {
      const bytes = makeHelloCase(token, caseRandom(SEED, number));
      try {
        const said = await converse(server, bytes);
        for (const { type, requestId, text } of said === undefined ? [] : wholeFrames(said)) {
          assert.deepEqual([type, requestId], [FrameType.ERROR, 0], text);
          const name = REFUSED.exec(text)?.[1];
          assert.ok(name !== undefined, text);
          seen.set(name, (seen.get(name) ?? 0) + 1);
        }
      } catch (error) {
        const shown = Buffer.from(bytes).toString("hex").slice(0, 4000);
        throw new Error(`Login ${number} of seed ${SEED}: ${shown}: ${error}`, { cause: error });
      }
    }, LANES);
  await run(0);
  const before = await server.atRest({ token });
  await run(CASES);
  const after = await server.atRest({ token });
  console.log(`logins: ${JSON.stringify(Object.fromEntries(seen))}; ${figuresText(after)}`);
  assertNoGrowth(before, after, CASES, MOST_BYTES, NOISE_BYTES);
  assert.equal(after.workers, before.workers, "no worker has started for any of them");
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), [".sluice"]);
  assert.ok(!server.stderr.text.includes(token), "the log does not hold the token");
  assert.ok(!/ ERR |fault/.test(server.stderr.text), server.stderr.text);
});
