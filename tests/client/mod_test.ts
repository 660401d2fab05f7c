import assert from "node:assert/strict";
import { join } from "node:path";
import * as client from "#client/mod.ts";
import { loadedStatically } from "#tests/support/module_graph.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";

Deno.test("client/mod.ts exports exactly the public names", () => {
  assert.deepEqual(Object.keys(client).sort(), [
    "CONFLICT_POLICIES",
    "DIGEST_ALGORITHMS",
    "ERROR_CODES",
    "RateLimit",
    "SluiceClient",
    "SluiceError",
    "TokenKeeper",
    "formatServerAddress",
    "parseServerAddress",
  ]);
});

Deno.test("client/mod.ts does not load what only transfers need", async () => {
  const loaded = await loadedStatically(join(PROJECT_FOLDER, "client", "mod.ts"));
  for (const heavy of ["hash-wasm", "node:zlib", "node:crypto", "/client/upload.ts"]) {
    assert.ok(![...loaded].some((name) => name.includes(heavy)), `it loads ${heavy}`);
  }
});
