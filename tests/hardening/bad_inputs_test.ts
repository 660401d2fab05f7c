import assert from "node:assert/strict";
import { readProjectFile } from "#tests/support/project_files.ts";
import { BAD_INPUTS } from "./bad_inputs/known_inputs.ts";

/** How many of each kind there are: a line that vanishes is noticed. */
const COUNTS = { paths: 26, names: 15, fileSystem: 19, protocol: 24, concurrency: 19, web: 10 };

Deno.test("each bad input that is known has a test of its name", async () => {
  for (const { what, file, test } of [...BAD_INPUTS.values()].flat()) {
    const text = await readProjectFile(`tests/${file}`);
    assert.ok(text.includes(test), `${what}: tests/${file} has no "${test}"`);
  }
});

Deno.test("no bad input that is known is forgotten or told twice", () => {
  const counts = [...BAD_INPUTS].map(([kind, inputs]) => [kind, inputs.length]);
  assert.deepEqual(Object.fromEntries(counts), COUNTS);
  const whats = [...BAD_INPUTS.values()].flat().map(({ what }) => what);
  assert.deepEqual(whats.filter((what, at) => whats.indexOf(what) !== at), []);
});
