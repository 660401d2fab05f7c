import assert from "node:assert/strict";
import { join } from "node:path";
import * as client from "#client/mod.ts";
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
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(PROJECT_FOLDER, "client", "mod.ts")],
    stderr: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const loaded = loadedStatically(modules, "/client/mod.ts");
  for (const heavy of ["hash-wasm", "node:zlib", "node:crypto", "/client/upload.ts"]) {
    assert.ok(![...loaded].some((name) => name.includes(heavy)), `it loads ${heavy}`);
  }
});

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

function loadedStatically(modules: readonly ModuleInfo[], entry: string): Set<string> {
  const loaded = new Set<string>();
  const pending = modules.map((info) => info.specifier).filter((name) => name.endsWith(entry));
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    for (const dependency of modules.find((info) => info.specifier === name)?.dependencies ?? []) {
      const target = dependency.code?.specifier;
      if (target !== undefined && dependency.isDynamic !== true) pending.push(target);
    }
  }
  return loaded;
}
