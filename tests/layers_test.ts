import assert from "node:assert/strict";
import { importsOf, type SourceImport } from "#tests/support/source_imports.ts";
import { listProjectFiles, readProjectFile } from "#tests/support/project_files.ts";
import { readProjectConfig } from "#tests/support/project_config.ts";

/** Which other layers a layer may import; `undefined` means any. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | undefined>> = {
  protocol: [],
  server: ["protocol"],
  client: ["protocol"],
  tui: ["client", "protocol"],
  web: ["client", "protocol"],
  bench: undefined,
  demo: undefined,
  start: ["protocol"],
  tests: undefined,
  "": ["protocol", "server", "client", "tui", "web"],
};

/** Files that may be over 300 lines, each with the reason. */
const LONG_FILES: ReadonlyMap<string, string> = new Map([
  ["tests/e2e/sluice_client.py", "one file, so that it can be copied and run on its own"],
]);

const MAX_LINES = 300;

Deno.test("each file belongs to a layer that this test knows", async () => {
  for (const file of await listProjectFiles([".ts", ".tsx"])) {
    assert.ok(layerOf(file) in MAY_IMPORT, `${file}: add its folder to MAY_IMPORT`);
  }
});

Deno.test("each import goes down the layers only", async () => {
  for (const found of await allImports()) {
    const from = layerOf(found.file);
    const to = layerOf(found.target ?? found.file);
    const allowed = MAY_IMPORT[from];
    if (from === to || allowed === undefined) continue;
    assert.ok(allowed.includes(to), `${found.file} imports ${found.specifier}`);
  }
});

Deno.test("imports across layers use an alias and those within one are relative", async () => {
  for (const { file, specifier, target } of await allImports()) {
    // A file in the checkout's own folder has nothing above it to be relative within.
    if (target === undefined || layerOf(file) === "") continue;
    const isAcross = layerOf(file) !== layerOf(target);
    const isAlias = specifier.startsWith("#");
    const isOwnHelper = layerOf(file) === "tests" && isAlias;
    assert.ok(isAcross === isAlias || isOwnHelper, `${file} imports ${specifier}`);
  }
});

Deno.test("each import of a package goes through deno.json", async () => {
  const { imports } = await readProjectConfig();
  const names = Object.keys(imports);
  for (const { file, specifier, target } of await allImports()) {
    if (target !== undefined || specifier.startsWith("node:")) continue;
    const isNamed = names.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    assert.ok(isNamed, `${file} imports ${specifier}`);
  }
});

Deno.test("protocol/ uses nothing of Deno's, so that it runs anywhere", async () => {
  for (const file of await listProjectFiles([".ts"])) {
    if (layerOf(file) !== "protocol") continue;
    assert.ok(!/\bDeno\b/.test(withoutComments(await readProjectFile(file))), file);
  }
});

Deno.test("each dependency comes from npm in one exact version", async () => {
  const { imports } = await readProjectConfig();
  for (const [name, target] of Object.entries(imports)) {
    if (name.startsWith("#")) assert.match(target, /^\.\/[\w/]*$/, name);
    else assert.match(target, /^npm:(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(-[\w.]+)?(\/.*)?$/, name);
  }
});

Deno.test("no task gives a program all permissions", async () => {
  const { tasks } = await readProjectConfig();
  for (const [name, command] of Object.entries(tasks)) {
    assert.ok(!/(^|\s)(-\w*A\w*|--allow-all)(\s|$)/.test(command), `${name}: ${command}`);
  }
});

Deno.test("no file is over 300 lines without a reason", async () => {
  const long: string[] = [];
  for (const file of await listProjectFiles([".ts", ".tsx", ".js", ".mjs", ".py", ".css"])) {
    const lines = (await readProjectFile(file)).split("\n").length - 1;
    if (lines > MAX_LINES) long.push(file);
  }
  assert.deepEqual(long.filter((file) => !LONG_FILES.has(file)), []);
});

async function allImports(): Promise<SourceImport[]> {
  const files = await listProjectFiles([".ts", ".tsx"]);
  const { imports } = await readProjectConfig();
  const found = files.map(async (file) => importsOf(file, await readProjectFile(file), imports));
  return (await Promise.all(found)).flat();
}

function layerOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : "";
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
