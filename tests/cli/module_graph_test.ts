import assert from "node:assert/strict";
import { join } from "node:path";
import { loadedStatically } from "#tests/support/module_graph.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";

Deno.test("client/main.ts lets Deno read no command's modules before it runs", async () => {
  const names = await graphOf("client/main.ts");
  for (const part of ["/client/cli/commands/", "/client/upload.ts", "/client/file_set/"]) {
    assert.ok(!names.some((name) => name.includes(part)), `it reads ${part}`);
  }
  // What is not in the graph is not in an installed copy's lockfile either.
  for (const name of ["hash-wasm", "string-width", "valibot"]) {
    assert.ok(names.some((other) => other.includes(`npm:/${name}@`)), `it does not know ${name}`);
  }
});

Deno.test("client/main.ts loads nothing of Node's layer before a command needs it", async () => {
  const loaded = await loadedStatically(join(PROJECT_FOLDER, "client/main.ts"));
  assert.deepEqual([...loaded].filter((name) => name.startsWith("node:")), []);
});

Deno.test("client/mod.ts lets Deno know all modules, so that programs need no permission for them", async () => {
  const names = await graphOf("client/mod.ts");
  for (
    const part of ["/client/upload.ts", "/client/file_set/run_file_set.ts", "/client/watch.ts"]
  ) {
    assert.ok(names.some((name) => name.endsWith(part)), `it does not know ${part}`);
  }
});

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier: string } }[];
}

/** What Deno reads before a program runs, but for what only types need. */
async function graphOf(entry: string): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(PROJECT_FOLDER, entry)],
    stderr: "null",
  }).output();
  const { modules, redirects }: {
    readonly modules: readonly ModuleInfo[];
    readonly redirects: Readonly<Record<string, string>>;
  } = JSON.parse(new TextDecoder().decode(stdout));
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set<string>();
  const waiting = modules.map(({ specifier }) => specifier).filter((name) => name.endsWith(entry));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const name = redirects[next] ?? next;
    if (found.has(name)) continue;
    found.add(name);
    for (const { code } of byName.get(name)?.dependencies ?? []) {
      if (code !== undefined) waiting.push(code.specifier);
    }
  }
  return [...found];
}
