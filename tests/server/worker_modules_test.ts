import assert from "node:assert/strict";
import { join } from "node:path";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { loadedStatically } from "#tests/support/module_graph.ts";

Deno.test("a worker loads none of what would double its memory before somebody needs it", async () => {
  const loaded = await loadedStatically(join(PROJECT_FOLDER, "server", "worker", "main.ts"));
  const ofNode = [...loaded].filter((name) => name.startsWith("node:"));
  // The database alone brings nothing of Node's layer along.
  assert.deepEqual(ofNode, ["node:sqlite"]);
  // A worker is given XXH3 compiled, by the main thread.
  assert.ok([...loaded].every((name) => !name.includes("hash-wasm")));
});
